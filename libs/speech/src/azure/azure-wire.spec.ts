import type { Frame } from '../listening/vendor-wire';
import { AzureWire } from './azure-wire';
import { azureLocale } from './recognition-url';
import { parseTextFrame } from './usp-frames';

const options = {
  language: 'en',
  keywords: { Parley: 1 },
  endpointingMs: 50,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};
const TICKS_PER_MS = 10_000;

function opened() {
  const wire = new AzureWire('the-key', 'https://host/', 'en-US', options);
  const greeting = wire.greeting();
  const tell = (path: string, body: object) =>
    wire.read(
      `X-RequestId:r\r\nContent-Type:application/json\r\nPath:${path}\r\n\r\n${JSON.stringify(body)}`,
    );
  return { wire, greeting, tell };
}

function binary(frame: Frame | undefined) {
  const bytes = Buffer.from(frame as Uint8Array);
  const end = 2 + bytes.readUInt16BE(0);
  return { head: bytes.toString('latin1', 2, end), body: bytes.subarray(end) };
}

const place = (startMs: number, endMs: number) => ({
  Offset: startMs * TICKS_PER_MS,
  Duration: (endMs - startMs) * TICKS_PER_MS,
});

describe('AzureWire', () => {
  it('keeps the key out of the address', () => {
    const { url, headers } = opened().wire.target();
    expect(url).toBe(
      'wss://host/speech/recognition/conversation/cognitiveservices/v1?language=en-US&format=simple',
    );
    expect(headers).toMatchObject({ 'Ocp-Apim-Subscription-Key': 'the-key' });
  });

  it('begins with its settings, a WAV header and the audio, and goes on with audio alone', () => {
    const { wire, greeting } = opened();
    expect(parseTextFrame(String(greeting[0]))?.path).toBe('speech.config');
    const [context, header, audio, ...rest] = wire.audio(Uint8Array.of(1, 2, 3));
    expect(rest).toEqual([]);
    expect(JSON.parse(parseTextFrame(String(context))?.body ?? '')).toMatchObject({
      phraseDetection: { conversation: { segmentation: { segmentationSilenceTimeoutMs: 100 } } },
      dgi: { groups: [{ type: 'Generic', items: [{ text: 'Parley' }] }] },
    });
    expect(binary(header).head).toContain('Content-Type: audio/x-wav\r\n');
    expect(binary(header).body).toHaveLength(44);
    expect(binary(header).body.readUInt16LE(20)).toBe(7);
    expect(binary(audio).body).toEqual(Buffer.of(1, 2, 3));
    const id = /X-RequestId: (\w{32})\r\n/.exec(binary(audio).head)?.[1];
    expect(String(context)).toContain(`X-RequestId: ${id}`);
    const more = wire.audio(Uint8Array.of(4));
    expect(more).toHaveLength(1);
    expect(binary(more[0]).head).toContain(`X-RequestId: ${id}`);
  });

  it('tells a phrase from its beginning to its words, which end no turn for certain', () => {
    const { tell } = opened();
    const told = [
      tell('speech.startDetected', { Offset: 100 * TICKS_PER_MS }),
      tell('speech.hypothesis', { Text: 'hello', ...place(100, 400) }),
      tell('speech.hypothesis', { Text: 'hello', ...place(100, 500) }),
      tell('speech.hypothesis', { Text: 'hello there', ...place(100, 900) }),
      tell('speech.phrase', {
        RecognitionStatus: 'Success',
        DisplayText: 'Hello there.',
        ...place(100, 900),
      }),
    ];
    expect(told.flatMap((reading) => reading?.events ?? [])).toEqual([
      { type: 'speech_started', atMs: 100 },
      { type: 'interim', text: 'hello' },
      { type: 'interim', text: 'hello there' },
      { type: 'final', text: 'Hello there.', endOfTurn: null, endMs: 900 },
    ]);
    expect(told.at(-1)?.settledMs).toBe(900);
    expect(tell('speech.hypothesis', { Text: 'yes', ...place(3000, 3200) })?.events?.[0]).toEqual({
      type: 'speech_started',
      atMs: 3000,
    });
  });

  it('reads the words of a detailed answer too', () => {
    const phrase = { RecognitionStatus: 'Success', NBest: [{ Display: 'Yes.' }], ...place(0, 300) };
    expect(opened().tell('speech.phrase', phrase)?.events?.at(-1)).toMatchObject({
      type: 'final',
      text: 'Yes.',
    });
  });

  it.each(['NoMatch', 'InitialSilenceTimeout', 'BabbleTimeout', 'EndOfDictation'])(
    'takes words back for %s',
    (status) => {
      const { tell } = opened();
      tell('speech.hypothesis', { Text: 'uh', ...place(0, 300) });
      expect(tell('speech.phrase', { RecognitionStatus: status, ...place(0, 300) })?.events).toEqual([
        { type: 'interim', text: '' },
      ]);
      expect(tell('speech.phrase', { RecognitionStatus: status, ...place(0, 300) })?.events).toEqual([]);
    },
  );

  it.each([
    ['Forbidden', 'UNAUTHENTICATED'],
    ['TooManyRequests', 'RATE_LIMITED'],
    ['BadRequest', 'REJECTED'],
    ['Error', 'UNAVAILABLE'],
    ['AddedLater', 'UNAVAILABLE'],
  ])('gives the session up for %s', (status, code) => {
    const reading = opened().tell('speech.phrase', { RecognitionStatus: status });
    expect(reading?.error?.code).toBe(`TRANSCRIBER.${code}`);
  });

  it('begins anew on the same connection when Azure ends its turn', () => {
    const { wire, tell } = opened();
    wire.audio(Uint8Array.of(1));
    expect(tell('turn.end', {})).toEqual({ restarts: true });
    expect(wire.audio(Uint8Array.of(2))).toHaveLength(3);
  });

  it('ends the audio with an empty frame, and is finished at the end of the turn', () => {
    const { wire, tell } = opened();
    wire.audio(Uint8Array.of(1));
    expect(binary(wire.farewell()[0]).body).toHaveLength(0);
    expect(wire.isFinished).toBe(false);
    tell('turn.end', {});
    expect(wire.isFinished).toBe(true);
    const unused = opened().wire;
    expect(unused.farewell()).toEqual([]);
    expect(unused.isFinished).toBe(true);
  });

  it.each([
    '',
    'x',
    'no headers\r\n\r\n{}',
    'Path:speech.phrase\r\n\r\nx',
    'Path:speech.hypothesis\r\n\r\n{}',
  ])('takes %p for no message', (text) => {
    expect(opened().wire.read(text)).toBeUndefined();
  });

  it('passes over paths that say nothing of use', () => {
    expect(opened().tell('turn.start', {})).toEqual({});
  });

  it('settles a phrase that cannot be heard again whole, and forgets another', () => {
    const { wire, tell } = opened();
    tell('speech.hypothesis', { Text: 'a table for', ...place(100, 2900) });
    expect(wire.lost(1000)).toEqual({
      events: [{ type: 'final', text: 'a table for', endOfTurn: false, endMs: 2900 }],
      settledMs: 2900,
    });
    tell('speech.hypothesis', { Text: 'two', ...place(3000, 3300) });
    expect(wire.lost(3000)).toEqual({});
    expect(wire.isIdle).toBe(true);
  });

  it.each([
    [1007, 'Bad audio', 'REJECTED'],
    [1011, 'Quota exceeded.', 'QUOTA_EXHAUSTED'],
    [1000, '', 'UNAVAILABLE'],
  ])('names a close with %i %s', (code, reason, expected) => {
    expect(opened().wire.closeError(code, reason).code).toBe(`TRANSCRIBER.${expected}`);
  });
});

it.each([
  ['en', 'en-US'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-PT'],
  ['xx', undefined],
])('knows the locale of %s', (language, locale) => {
  expect(azureLocale(language)).toBe(locale);
});
