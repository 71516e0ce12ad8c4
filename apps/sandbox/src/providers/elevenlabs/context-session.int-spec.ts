import { once } from 'node:events';
import { FakeClock } from '@parley/kernel';
import { WebSocket } from 'ws';
import type { VoiceEntries } from '../../journal';
import { createVoice } from '../../voice';
import { SpeechDesk } from '../speech/speech-desk';
import { KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { wordsIn } from '../testing/voice-bench';
import { ElevenLabsProvider } from './elevenlabs-provider';

const QUERY = 'output_format=ulaw_8000&sync_alignment=true&inactivity_timeout=30';

interface Message {
  readonly audio?: string;
  readonly alignment?: { readonly chars: readonly string[] } | null;
  readonly isFinal?: boolean;
  readonly contextId?: string;
  readonly error?: string;
}

/** The sandbox's multi-context socket, as any client meets it. */
describe('ContextSession', () => {
  let provider: ElevenLabsProvider;
  let options: ReturnType<typeof providerOptions<VoiceEntries>>;
  let socket: WebSocket;
  let messages: Message[];

  async function open(query = QUERY, clock?: FakeClock): Promise<void> {
    options = { ...providerOptions<VoiceEntries>(), ...(clock && { clock }) };
    const desk = new SpeechDesk({ ...options, voice: createVoice() });
    provider = new ElevenLabsProvider({ ...options, desk });
    const url = `ws://127.0.0.1:${await provider.start()}/v1/text-to-speech/ada/multi-stream-input?${query}`;
    socket = new WebSocket(url, { headers: { 'xi-api-key': KEY } });
    messages = [];
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
    socket.on('error', () => undefined);
    await once(socket, 'open');
  }

  afterEach(() => provider.close());

  const send = (message: object) => socket.send(JSON.stringify(message));
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(socket, 'message');
  }
  const finals = () => messages.filter(({ isFinal }) => isFinal).map(({ contextId }) => contextId);

  it('speaks what was flushed, also when the context is closed meanwhile, and then says so', async () => {
    await open();
    send({ text: ' ', context_id: 'a' });
    send({ text: 'Two ', context_id: 'a' });
    send({ text: 'words. ', context_id: 'a', flush: true });
    send({ context_id: 'a', close_context: true });
    await until(() => finals().length > 0);
    const audio = Buffer.concat(messages.map((message) => Buffer.from(message.audio ?? '', 'base64')));
    expect(wordsIn(audio)).toEqual(['two', 'words']);
    expect(messages.flatMap(({ alignment }) => alignment?.chars ?? []).join('')).toBe('Two words.');
    expect(finals()).toEqual(['a']);
  });

  it('speaks nothing of a context that was closed before it was flushed', async () => {
    await open();
    send({ text: 'Two words. ', context_id: 'a' });
    send({ context_id: 'a', close_context: true });
    await until(() => finals().length > 0);
    expect(messages).toEqual([{ isFinal: true, contextId: 'a' }]);
  });

  it('breaks the socket at a sixth context', async () => {
    await open();
    for (const context_id of ['a', 'b', 'c', 'd', 'e', 'f']) send({ text: ' ', context_id });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
    expect(messages).toEqual([expect.objectContaining({ error: 'max_active_conversations' })]);
  });

  it('ends a context of which nothing is heard for long; a sign of life puts that off', async () => {
    const clock = new FakeClock();
    await open(QUERY, clock);
    send({ text: ' ', context_id: 'a' });
    send({ text: ' ', context_id: 'b' });
    const ponged = once(socket, 'pong');
    socket.ping();
    await ponged;
    clock.advance(29_000);
    send({ text: '', context_id: 'b' });
    const again = once(socket, 'pong');
    socket.ping();
    await again;
    clock.advance(1000);
    await until(() => finals().length > 0);
    expect(finals()).toEqual(['a']);
  });

  it.each([{ text: ' ', context: 'a' }, { text: 5 }, { voice_settings: { stability: 2 } }])(
    'does not understand %j',
    async (message) => {
      await open();
      send(message);
      expect(((await once(socket, 'close')) as [number])[0]).toBe(1008);
    },
  );

  it.each([
    'output_format=mp3_44100',
    'output_format=ulaw_8000&model_id=eleven_v3',
    'inactivity_timeout=999',
  ])('refuses the handshake for %s', async (query) => {
    await expect(open(query)).rejects.toThrow('400');
    expect(await lineOf(options.journal, 'refused')).toMatchObject({ status: 400 });
  });
});
