import { getEventListeners } from 'node:events';
import { createServer, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Synthesizer, VoiceSettings } from '@parley/conversation';
import { CancelTimer, SystemClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { AzureSynthesizer } from '../azure/azure-synthesizer';
import { DeepgramSynthesizer } from '../deepgram/deepgram-synthesizer';
import { ElevenLabsSynthesizer } from '../elevenlabs/elevenlabs-synthesizer';
import { OpenAiSynthesizer } from '../openai/openai-synthesizer';
import { RimeSynthesizer } from '../rime/rime-synthesizer';
import type { SynthesizerOptions } from './synthesizer-options';

type Closable = Synthesizer & { close(): Promise<void> };

/** Knows how many timers wait. */
class CountingClock extends SystemClock {
  waiting = 0;

  override after(delayMs: number, run: () => void): CancelTimer {
    this.waiting++;
    let over = false;
    const end = () => {
      if (!over) this.waiting--;
      over = true;
    };
    const cancel = super.after(delayMs, () => {
      end();
      run();
    });
    return () => {
      end();
      cancel();
    };
  }
}

const SOUND = Buffer.alloc(48_000, 0x11);
const sound = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'audio/basic' }).end(SOUND);
const page = (status: number, headers: Record<string, string> = {}) => {
  return (response: ServerResponse) =>
    void response.writeHead(status, headers).end('<html>You said Hi.</html>');
};
const typed = (type: string, body: string) => (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': type }).end(body);

const faults: [string, (response: ServerResponse) => void, string, object?][] = [
  ['401', page(401), 'UNAUTHENTICATED', { status: 401 }],
  ['402', page(402), 'QUOTA_EXHAUSTED'],
  ['429 for two seconds', page(429, { 'retry-after': '2' }), 'RATE_LIMITED', { retryAfterMs: 2000 }],
  ['429', page(429), 'RATE_LIMITED'],
  ['400', page(400), 'REJECTED'],
  ['500', page(500), 'UNAVAILABLE'],
  ['a redirect', page(302, { location: 'http://127.0.0.1:1/' }), 'UNAVAILABLE'],
  ['a large error', (response) => void response.writeHead(500).end('x'.repeat(200_000)), 'UNAVAILABLE'],
  ['a page', typed('text/html', '<html>'), 'UNAVAILABLE'],
  ['JSON', typed('application/json', '{}'), 'UNAVAILABLE'],
  ['a problem', typed('application/problem+json', '{}'), 'UNAVAILABLE'],
  ['another format', typed('audio/mpeg', 'ID3'), 'UNAVAILABLE'],
  ['no audio', typed('audio/basic', ''), 'EMPTY'],
  ['nothing at all', () => undefined, 'TIMEOUT'],
  ['a head alone', (response) => response.writeHead(200).flushHeaders(), 'TIMEOUT'],
  ['a stall', (response) => void response.write(SOUND.subarray(0, 9601)), 'STALLED'],
  ['a reset', (response) => void response.socket?.resetAndDestroy(), 'UNAVAILABLE'],
  [
    'a cut in the audio',
    (response) => void response.write(SOUND, () => response.socket?.resetAndDestroy()),
    'UNAVAILABLE',
  ],
];

const adapters: [string, (options: SynthesizerOptions) => Closable][] = [
  ['eleven_labs', (options) => new ElevenLabsSynthesizer({ ...options, voiceId: 'ada' })],
  ['azure', (options) => new AzureSynthesizer(options)],
  ['rime', (options) => new RimeSynthesizer(options)],
  ['openai', (options) => new OpenAiSynthesizer(options)],
  ['deepgram', (options) => new DeepgramSynthesizer(options)],
];

describe.each(adapters)('%s', (provider, make) => {
  const voice: VoiceSettings = {
    provider,
    voiceId: null,
    model: null,
    apiKey: 'secret-key',
    dials: {},
    language: 'en',
  };
  const clock = new CountingClock();
  let answer: (response: ServerResponse) => void;
  let connections = 0;
  let server: Server;
  let synthesizer: Closable;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => answer(response));
    });
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    synthesizer = make({
      apiKey: 'deployment',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      firstByteTimeoutMs: 400,
      stallTimeoutMs: 250,
      clock,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
  });

  afterAll(async () => {
    await synthesizer.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function speak(signal = new AbortController().signal): Promise<number> {
    let bytes = 0;
    for await (const piece of synthesizer.speak('Hi.', voice, signal))
      if (piece.type === 'audio') bytes += piece.mulaw.length;
    return bytes;
  }

  it.each(faults)(
    '%s: says so, leaves nothing behind, and speaks again',
    async (_name, fault, code, details = {}) => {
      answer = fault;
      const { signal } = new AbortController();
      const error: unknown = await speak(signal).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: `SYNTHESIZER.${code}`, details });
      expect(JSON.stringify([error, String(error)])).not.toMatch(/Hi\.|secret-key/);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      expect(clock.waiting).toBe(0);
      answer = sound;
      expect(await speak()).toBe(provider === 'openai' ? SOUND.length / 6 : SOUND.length);
      expect(clock.waiting).toBe(0);
    },
  );

  it('keeps its connection over refusals', async () => {
    answer = sound;
    await speak();
    const before = connections;
    for (const status of [401, 429, 500, 400]) {
      answer = page(status);
      await expect(speak()).rejects.toMatchObject({ code: expect.stringMatching(/^SYNTHESIZER/) });
    }
    answer = sound;
    await speak();
    expect(connections - before).toBeLessThanOrEqual(1);
  });
});
