import { createServer, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VoiceSettings } from '@parley/conversation';
import { createLogger } from '@parley/observability';
import { ElevenLabsSynthesizer } from './elevenlabs-synthesizer';

const voice: VoiceSettings = {
  provider: 'eleven_labs',
  voiceId: null,
  model: null,
  apiKey: null,
  dials: {},
  language: 'en',
};

describe('ElevenLabsSynthesizer', () => {
  const asked: { path: string; key: string | undefined }[] = [];
  let connections = 0;
  let answer: (response: ServerResponse, nth: number) => void;
  let server: Server;
  let synthesizer: ElevenLabsSynthesizer;

  beforeEach(async () => {
    asked.length = connections = 0;
    answer = (response) => response.end(Buffer.alloc(1600, 1));
    server = createServer((request, response) => {
      const key = request.headers['xi-api-key'];
      asked.push({ path: request.url ?? '', key: typeof key === 'string' ? key : undefined });
      request.resume().on('end', () => answer(response, asked.length));
    });
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    synthesizer = new ElevenLabsSynthesizer({
      apiKey: 'deployment',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/proxy/`,
      voiceId: 'standard',
      firstByteTimeoutMs: 2000,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
  });

  afterEach(async () => {
    await synthesizer.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function speak(given: VoiceSettings = voice): Promise<number> {
    let bytes = 0;
    for await (const piece of synthesizer.speak('Hi.', given, new AbortController().signal))
      if (piece.type === 'audio') bytes += piece.mulaw.length;
    return bytes;
  }

  it('keeps its connections over many turns, with whatever key', async () => {
    for (const apiKey of [null, 'own', null, null, null, null])
      expect(await speak({ ...voice, apiKey })).toBe(1600);
    // A turn that begins in the same moment as the one before it ends may find its connection not free yet.
    expect(connections).toBeLessThanOrEqual(2);
    expect(asked.slice(0, 3).map(({ key }) => key)).toEqual(['deployment', 'own', 'deployment']);
    expect(asked[0]?.path).toBe('/proxy/v1/text-to-speech/standard/stream?output_format=ulaw_8000');
  });

  it('has a connection ready once it is warm, and shows no key for it', async () => {
    const warmed = new Promise<void>((resolve) => {
      answer = (response) => response.writeHead(404).end('{}', resolve);
    });
    synthesizer.warm();
    await warmed;
    expect(asked).toEqual([{ path: '/proxy/', key: undefined }]);
    answer = (response) => response.end(Buffer.alloc(8, 1));
    await new Promise(setImmediate);
    expect(await speak()).toBe(8);
  });

  it('asks once more, and not twice, when a connection breaks before any answer', async () => {
    answer = (response, nth) => (nth === 1 ? response.socket?.destroy() : response.end(Buffer.alloc(8, 1)));
    expect(await speak()).toBe(8);
    answer = (response) => response.socket?.destroy();
    await expect(speak()).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
    expect(asked).toHaveLength(4);
  });

  it('does not play a page as if it were sound', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    await expect(speak()).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
  });

  it('repeats nothing of an error but its name', async () => {
    answer = (response) => {
      const detail = { status: 'quota_exceeded', message: 'You said Hi.' };
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
    };
    const error: unknown = await speak().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SYNTHESIZER.QUOTA_EXHAUSTED',
      details: { status: 401, reason: 'quota_exceeded' },
    });
    expect(JSON.stringify(error)).not.toContain('Hi.');
  });

  it.each([
    [401, 'max_character_limit_exceeded', 'REJECTED'],
    [401, 'voice_not_found', 'REJECTED'],
    [403, 'only_for_creator+', 'REJECTED'],
    [400, 'invalid_api_key', 'UNAUTHENTICATED'],
    [401, 'something_new', 'UNAUTHENTICATED'],
    [503, 'voice_not_found', 'UNAVAILABLE'],
  ])('%i %s: only a refused key is told as one', async (status, name, code) => {
    answer = (response) => response.writeHead(status).end(JSON.stringify({ detail: { status: name } }));
    await expect(speak()).rejects.toMatchObject({ code: `SYNTHESIZER.${code}` });
  });
});
