import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { encodeMulaw } from '@parley/audio';
import { WebSocket } from 'ws';
import type { FaultSettings } from '../../faults';
import type { TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { DeepgramProvider } from './deepgram-provider';

const QUERY =
  'model=nova-3&encoding=mulaw&sample_rate=8000&interim_results=true&endpointing=300&utterance_end_ms=1000' +
  '&vad_events=true&smart_format=true&language=en';

interface Message {
  readonly type: string;
  readonly is_final?: boolean;
  readonly speech_final?: boolean;
  readonly channel?: { readonly alternatives: readonly { readonly transcript: string }[] };
}

describe('DeepgramProvider', () => {
  const voice = createVoice();
  let options: ReturnType<typeof providerOptions<TranscriberEntries>>;
  let provider: DeepgramProvider;
  let messages: (Message | string)[];

  async function start(faults: FaultSettings = {}, extra: { idleTimeoutMs?: number } = {}): Promise<number> {
    options = providerOptions<TranscriberEntries>(faults);
    provider = new DeepgramProvider({ ...options, ...extra });
    return provider.start();
  }

  async function connect(port: number): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/listen?${QUERY}`, {
      headers: { authorization: `Token ${KEY}` },
    });
    messages = [];
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      messages.push(text.startsWith('{') ? (JSON.parse(text) as Message) : text);
    });
    await once(socket, 'open');
    return socket;
  }

  async function refusal(port: number, path: string, key: string) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { authorization: key } });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    let body = '';
    for await (const piece of response) body += String(piece);
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(body) as unknown };
  }

  const transcripts = () =>
    messages.flatMap((message) =>
      typeof message !== 'string' && message.is_final
        ? [message.channel?.alternatives[0]?.transcript ?? '']
        : [],
    );
  const speech = async (text: string) => encodeMulaw((await voice.speak(text)).samples);
  const silence = (ms: number) => new Uint8Array(ms * 8).fill(0xff);

  afterEach(() => provider.close());

  it.each([
    ['/v1/listen?' + QUERY, 'Token wrong', 401, 'INVALID_AUTH'],
    ['/v1/listen?' + QUERY.replace('mulaw', 'linear16'), `Token ${KEY}`, 400, 'Bad Request'],
  ])('refuses %s with %s as the real one does', async (path, key, status, code) => {
    const refused = await refusal(await start(), path, key);
    expect(refused.status).toBe(status);
    expect(refused.headers['dg-error']).toBeTruthy();
    expect(refused.body).toMatchObject({ err_code: code, request_id: refused.headers['dg-request-id'] });
    expect(options.journal.after(0)).toMatchObject([{ kind: 'session_refused', status }]);
  });

  it('hears in the audio what was said, writes it as a person would, and journals it', async () => {
    const socket = await connect(await start());
    socket.send(await speech('can i have a table'));
    socket.send(silence(1600));
    socket.send('{"type":"CloseStream"}');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1000);
    expect(transcripts().filter(Boolean)).toEqual(['Can I have a table?']);
    expect(messages.map((message) => (typeof message === 'string' ? message : message.type))).toEqual(
      expect.arrayContaining(['SpeechStarted', 'Results', 'UtteranceEnd']),
    );
    expect(messages.at(-1)).toMatchObject({ type: 'Metadata', channels: 1 });
    const closed = await lineOf(options.journal, 'session_closed');
    expect(closed).toMatchObject({ code: 1000, words: ['can', 'i', 'have', 'a', 'table'] });
    const final = options.journal.after(0).find((line) => line['isFinal'] === true);
    expect(final).toMatchObject({ text: 'Can I have a table?', endOfTurn: true });
    expect(final?.['lastWordHeardAtMs']).toBeLessThanOrEqual(final?.atMs ?? 0);
  });

  it('leaves out a word whose audio was lost', async () => {
    const socket = await connect(await start());
    const { samples, words } = await voice.speak('one two three');
    const audio = encodeMulaw(samples);
    const second = words[1];
    if (!second) throw new Error('no second word');
    const middle = Math.round((second.startMs + second.endMs) * 4);
    socket.send(audio.subarray(0, middle));
    socket.send(audio.subarray(middle + 640));
    socket.send(new Uint8Array(0));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1000);
    expect(transcripts().join(' ').toLowerCase()).toMatch(/one three/);
  });

  it('closes a session that is silent, KeepAlive or not given (NET-0001)', async () => {
    const socket = await connect(await start({}, { idleTimeoutMs: 50 }));
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1011, 'NET-0001']);
  });

  it('closes a session that sends what is no message (DATA-0000)', async () => {
    const socket = await connect(await start());
    socket.send('not json');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, 'DATA-0000']);
  });

  it('settles on Finalize', async () => {
    const socket = await connect(await start());
    socket.send(await speech('hello'));
    socket.send('{"type":"Finalize"}');
    const line = await lineOf(options.journal, 'result');
    expect(line.kind).toBe('result');
    socket.send('{"type":"CloseStream"}');
    await once(socket, 'close');
    expect(transcripts()[0]).toBe('Hello.');
    expect(messages).toContainEqual(expect.objectContaining({ from_finalize: true }));
  });

  it.each([
    ['mute', { mute: true }, []],
    ['falseEagerEnd', { falseEagerEnd: 2 }, ['I need.', 'A table.']],
    ['reviseWords', { reviseWords: true }, ['I need a table.']],
  ] as const)('%s: the fault shows', async (fault, transcriber, expected) => {
    const socket = await connect(await start({ transcriber }));
    const audio = Buffer.concat([await speech('i need a table'), silence(800)]);
    for (let at = 0; at < audio.length; at += 160) socket.send(audio.subarray(at, at + 160));
    socket.send('{"type":"CloseStream"}');
    await once(socket, 'close');
    expect(transcripts().filter(Boolean)).toEqual(expected);
    expect(await lineOf(options.journal, 'fault')).toMatchObject({ fault });
    const all = JSON.stringify(messages);
    expect(/hmm/i.test(all)).toBe(fault === 'reviseWords');
  });
});
