import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { VoiceSettings } from '@parley/conversation';
import { FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { WebSocket, WebSocketServer } from 'ws';
import { ElevenLabsSynthesizer } from './elevenlabs-synthesizer';

const voice: VoiceSettings = {
  provider: 'eleven_labs',
  voiceId: null,
  model: null,
  apiKey: null,
  dials: { experimental_input_streaming: true },
  language: 'en',
};

interface Said {
  readonly text?: string;
  readonly context_id: string;
  readonly flush?: boolean;
  readonly close_context?: boolean;
  readonly voice_settings?: object;
}

/** What stands for the vendor: keeps what it is told, and says what a test wants. */
class Peer {
  readonly sockets: WebSocket[] = [];
  readonly urls: string[] = [];
  readonly keys: unknown[] = [];
  readonly said: Said[] = [];
  /** What is done with a context that was told to speak. */
  onClosed: (contextId: string, socket: WebSocket, nth: number) => void = (id, socket) => answer(socket, id);
  private closedContexts = 0;
  readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

  constructor() {
    this.server.on('connection', (socket, request) => {
      this.sockets.push(socket);
      this.urls.push(request.url ?? '');
      this.keys.push(request.headers['xi-api-key']);
      socket.on('message', (data: Buffer) => {
        const said = JSON.parse(data.toString()) as Said;
        this.said.push(said);
        if (said.close_context) this.onClosed(said.context_id, socket, ++this.closedContexts);
      });
    });
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/proxy`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function tell(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify(message));
}

function sound(socket: WebSocket, contextId: string, bytes = 800): void {
  tell(socket, { contextId, audio: Buffer.alloc(bytes, 1).toString('base64'), alignment: null });
}

function answer(socket: WebSocket, contextId: string): void {
  sound(socket, contextId);
  tell(socket, { contextId, isFinal: true });
}

describe('ElevenLabsSynthesizer over sockets', () => {
  let peer: Peer;
  let clock: FakeClock;
  let synthesizer: ElevenLabsSynthesizer;

  beforeEach(async () => {
    peer = new Peer();
    clock = new FakeClock();
    await once(peer.server, 'listening');
    synthesizer = new ElevenLabsSynthesizer({
      apiKey: 'deployment',
      baseUrl: peer.baseUrl,
      voiceId: 'standard',
      firstByteTimeoutMs: 2000,
      stallTimeoutMs: 1000,
      clock,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
  });

  afterEach(async () => {
    await synthesizer.close();
    await peer.close();
  });

  async function speak(
    own: Partial<VoiceSettings> = {},
    text = 'Hi.',
    signal = new AbortController().signal,
  ) {
    let bytes = 0;
    for await (const piece of synthesizer.speak(text, { ...voice, ...own }, signal))
      if (piece.type === 'audio') bytes += piece.mulaw.length;
    return bytes;
  }

  /** Begins to speak; resolves with what comes first. */
  function begin(signal = new AbortController().signal) {
    const pieces = synthesizer.speak('Hi.', voice, signal);
    return { pieces, first: pieces.next() };
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  }

  it('opens a context, gives it the text, has it spoken, and closes it', async () => {
    expect(await speak({ dials: { ...voice.dials, stability: 0.4 } }, 'Hi there.\n')).toBe(800);
    const [{ context_id }] = peer.said as [Said];
    expect(peer.said).toEqual([
      { text: ' ', context_id, voice_settings: { stability: 0.4 } },
      { text: 'Hi there. ', context_id, flush: true },
      { context_id, close_context: true },
    ]);
    expect(peer.urls).toEqual([
      '/proxy/v1/text-to-speech/standard/multi-stream-input?model_id=eleven_flash_v2_5&output_format=ulaw_8000' +
        '&auto_mode=true&sync_alignment=true&inactivity_timeout=180&language_code=en',
    ]);
    expect(peer.keys).toEqual(['deployment']);
  });

  it('keeps its socket over many turns; another key or voice has another one', async () => {
    for (let turn = 0; turn < 5; turn++) await speak();
    expect(peer.sockets).toHaveLength(1);
    await speak({ apiKey: 'own' });
    await speak({ voiceId: 'a/b', model: 'eleven_multilingual_v2' });
    expect(peer.keys).toEqual(['deployment', 'own', 'deployment']);
    expect(peer.urls[2]).toMatch(
      /\/a%2Fb\/multi-stream-input\?model_id=eleven_multilingual_v2&(?!.*language_code)/,
    );
  });

  it('has a socket open once it is warm for a voice, and not another one', async () => {
    synthesizer.warm(voice);
    synthesizer.warm(voice);
    await until(() => peer.sockets.length > 0);
    expect(await speak()).toBe(800);
    expect(peer.sockets).toHaveLength(1);
    expect(() => synthesizer.warm({ ...voice, apiKey: 'no\nheader' })).not.toThrow();
    await expect(speak({ apiKey: 'no\nheader' })).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
  });

  it('puts no more contexts on a socket than the vendor allows, and counts those that were left', async () => {
    peer.onClosed = (id, socket) => sound(socket, id);
    const begun = Array.from({ length: 4 }, () => begin());
    await Promise.all(begun.map(({ first }) => first));
    await Promise.all(begun.map(({ pieces }) => pieces.return(undefined)));
    expect(peer.sockets).toHaveLength(1);
    peer.onClosed = (id, socket) => answer(socket, id);
    await speak();
    expect(peer.sockets).toHaveLength(2);
    const left = peer.said.filter(({ close_context }) => close_context).map(({ context_id }) => context_id);
    tell(peer.sockets[0] as WebSocket, { contextId: left[0], isFinal: true });
    // Its answer comes behind the end of the context on the same socket.
    await until(() => peer.sockets.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await speak();
    expect(peer.sockets).toHaveLength(2);
  });

  it('lets go of a socket on which a context does not end', async () => {
    peer.onClosed = (id, socket) => sound(socket, id);
    const { first, pieces } = begin();
    await first;
    await pieces.return(undefined);
    clock.advance(4999);
    expect(peer.sockets[0]?.readyState).toBe(WebSocket.OPEN);
    clock.advance(1);
    await once(peer.sockets[0] as WebSocket, 'close');
  });

  it('does not hear what a context says after it was left', async () => {
    peer.onClosed = (id, socket, nth) => (nth === 1 ? sound(socket, id) : undefined);
    const controller = new AbortController();
    const { first, pieces } = begin(controller.signal);
    expect(await first).toMatchObject({ value: { type: 'audio' } });
    controller.abort();
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
    const socket = peer.sockets[0] as WebSocket;
    peer.onClosed = (id) => {
      sound(socket, (peer.said[0] as Said).context_id, 9999);
      answer(socket, id);
    };
    expect(await speak()).toBe(800);
  });

  it('asks once more, and not twice, when the socket is lost before any audio', async () => {
    peer.onClosed = (id, socket, nth) => (nth === 1 ? socket.terminate() : answer(socket, id));
    expect(await speak()).toBe(800);
    expect(peer.sockets).toHaveLength(2);
    peer.onClosed = (_id, socket) => socket.terminate();
    await expect(speak()).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
    expect(peer.said.filter(({ close_context }) => close_context)).toHaveLength(4);
  });

  it('says nothing twice: what was lost within the audio is not asked for again', async () => {
    peer.onClosed = (id, socket) => {
      sound(socket, id);
      socket.close();
    };
    await expect(speak()).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
    expect(peer.sockets).toHaveLength(1);
  });

  it('takes no new context on a socket that stalled, and leaves the others on it alone', async () => {
    peer.onClosed = (id, socket) => sound(socket, id);
    const other = begin();
    await other.first;
    const stalling = begin();
    await stalling.first;
    const rest = expect(stalling.pieces.next()).rejects.toMatchObject({ code: 'SYNTHESIZER.STALLED' });
    clock.advance(1000);
    await rest;
    peer.onClosed = (id, socket) => answer(socket, id);
    await speak();
    expect(peer.sockets).toHaveLength(2);
    const [{ context_id }] = peer.said as [Said];
    answer(peer.sockets[0] as WebSocket, context_id);
    expect(await other.pieces.next()).toMatchObject({ value: { type: 'audio' } });
    expect(await other.pieces.next()).toEqual({ done: true, value: undefined });
    await once(peer.sockets[0] as WebSocket, 'close');
  });

  it.each([
    [{ error: 'max_active_conversations', code: 1008 }, 'RATE_LIMITED'],
    [{ error: 'invalid_api_key', message: 'The key sk_1234 is wrong.' }, 'UNAUTHENTICATED'],
    [{ error: 'quota_exceeded' }, 'QUOTA_EXHAUSTED'],
    [{ error: 'voice_not_found' }, 'REJECTED'],
    [{ error: 'odd' }, 'UNAVAILABLE'],
    [['not a message'], 'UNAVAILABLE'],
  ])('an error %j on the socket is %s', async (message, code) => {
    peer.onClosed = (_id, socket) => {
      tell(socket, message);
      socket.close(1008, 'any');
    };
    const error: unknown = await speak().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: `SYNTHESIZER.${code}` });
    expect(JSON.stringify(error)).not.toContain('sk_1234');
  });

  it('reads the name of an error out of the reason of the close, too', async () => {
    peer.onClosed = (_id, socket) => socket.close(1008, 'voice_id_does_not_exist');
    await expect(speak()).rejects.toMatchObject({ code: 'SYNTHESIZER.REJECTED' });
  });

  it('fails the one context that an error names', async () => {
    peer.onClosed = (id, socket) => sound(socket, id);
    const [one, two] = [begin(), begin()];
    await Promise.all([one.first, two.first]);
    const ids = peer.said.filter(({ close_context }) => close_context).map(({ context_id }) => context_id);
    tell(peer.sockets[0] as WebSocket, { contextId: ids[0], error: 'odd' });
    await expect(one.pieces.next()).rejects.toMatchObject({ code: 'SYNTHESIZER.UNAVAILABLE' });
    tell(peer.sockets[0] as WebSocket, { contextId: ids[1], isFinal: true });
    expect(await two.pieces.next()).toEqual({ done: true, value: undefined });
  });

  it('closes a socket that was idle for two minutes', async () => {
    await speak();
    clock.advance(119_999);
    expect(peer.sockets[0]?.readyState).toBe(WebSocket.OPEN);
    clock.advance(1);
    await once(peer.sockets[0] as WebSocket, 'close');
    expect(await speak()).toBe(800);
  });

  it('speaks a model that has no socket over HTTP', async () => {
    await expect(speak({ model: 'eleven_v3' })).rejects.toMatchObject({ code: 'SYNTHESIZER.REJECTED' });
    expect(peer.sockets).toHaveLength(0);
  });
});
