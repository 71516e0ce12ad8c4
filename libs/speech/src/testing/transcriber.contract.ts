import type { Transcriber, Transcription } from '@parley/conversation';
import { eventually } from '@parley/testing';
import { TranscriptionRecord } from './transcription-record';

/**
 * What stands at the other end. `mute`: takes the connection and never answers the handshake; `stalls`: hears and
 * stops telling; `loses_first`, `loses_all`: cuts the first, or every, session in the middle; `garbles`: sends
 * nonsense between its messages.
 */
export type TranscriberPeer =
  | 'healthy'
  | 'garbles'
  | 'loses_first'
  | 'loses_all'
  | 'wrong_key'
  | 'rate_limited'
  | 'broken'
  | 'unreachable'
  | 'mute'
  | 'stalls';

/** What a vendor tells beside the words. */
export interface TranscriberTraits {
  /** How finals say that a turn is over; null: the vendor cuts by silence, and its finals say neither. */
  readonly endsOfTurns: true | null;
  readonly eagerEnds: boolean;
  readonly utteranceEnds: boolean;
}

/** A transcriber with its peer; its deadlines are short, so that a test can wait for them. */
export interface TranscriberBench {
  readonly transcriber: Transcriber;
  /** µ-law in which these words are spoken, lower case and without marks. */
  say(text: string): Promise<Uint8Array>;
  stop(): Promise<void>;
}

const FRAME_BYTES = 160;
const BYTES_PER_MS = 8;
const SILENCE_MS = 1600;
const SENTENCE = 'hello i need a table for two';
const options = {
  language: 'en',
  keywords: { table: 1 },
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};

/** The promises of the port `Transcriber`, for any adapter with any peer that hears real speech. */
export function describeTranscriber(
  name: string,
  traits: TranscriberTraits,
  start: (peer: TranscriberPeer) => Promise<TranscriberBench>,
): void {
  describe(`${name} as a Transcriber`, () => {
    let bench: TranscriberBench;
    let transcription: Transcription | undefined;
    let record: TranscriptionRecord;

    async function open(peer: TranscriberPeer, asked = options): Promise<Transcription> {
      bench = await start(peer);
      record = new TranscriptionRecord();
      return (transcription = bench.transcriber.open(asked, record));
    }

    /** All words are told, and whatever else the vendor tells behind them. */
    function isOver(words: string): boolean {
      if (record.words.join(' ') !== words) return false;
      if (traits.utteranceEnds) return record.events.some(({ type }) => type === 'utterance_ended');
      return traits.endsOfTurns === null || record.finals.some(({ endOfTurn }) => endOfTurn);
    }

    /** Waits for these words; a session that fails meanwhile fails the test. */
    async function over(words: string): Promise<void> {
      await record.until(({ failures }) => isOver(words) || failures.length > 0);
      expect(record.failures).toEqual([]);
    }

    let leftBefore: number;

    beforeEach(() => {
      leftBefore = resourcesLeft();
    });

    afterEach(async () => {
      await transcription?.close();
      await bench.stop();
      // A session that is closed leaves no socket and no timer behind, whatever became of it.
      await eventually(() => expect(resourcesLeft()).toBeLessThanOrEqual(leftBefore));
    });

    it('tells the words of a turn, its end, and where they were', async () => {
      const session = await open('healthy');
      const speech = await bench.say(SENTENCE);
      await play(session, withSilence(speech), record);
      await over(SENTENCE);
      const kinds = record.events.map((event) => event.type);
      expect(kinds[0]).toBe('speech_started');
      expect(kinds.indexOf('interim')).toBeGreaterThan(0);
      expect(kinds.indexOf('interim')).toBeLessThan(kinds.indexOf('final'));
      expect(record.finals.map((final) => final.endOfTurn)).toEqual([
        ...record.finals.slice(1).map(() => false),
        traits.endsOfTurns,
      ]);
      const speechMs = speech.length / BYTES_PER_MS;
      const ended = record.events.find((event) => event.type === 'utterance_ended');
      for (const endMs of [record.finals.at(-1)?.endMs, ended?.lastWordEndMs ?? speechMs]) {
        expect(endMs).toBeGreaterThan(speechMs - 200);
        expect(endMs).toBeLessThanOrEqual(speechMs + 50);
      }
    });

    it('tells each of two turns, with times since the first audio of the session', async () => {
      const session = await open('healthy');
      const first = await bench.say('yes please');
      const second = await bench.say('at noon');
      const audio = Buffer.concat([first, silence(1600), second, silence(1600)]);
      await play(session, audio, record);
      await over('yes please at noon');
      const starts = record.events.flatMap((event) => (event.type === 'speech_started' ? [event.atMs] : []));
      const secondMs = first.length / BYTES_PER_MS + 1600;
      expect(starts).toHaveLength(2);
      expect(starts[0]).toBeLessThan(100);
      expect(Math.abs((starts[1] ?? 0) - secondMs)).toBeLessThan(100);
      const endMs = secondMs + second.length / BYTES_PER_MS;
      expect(Math.abs((record.finals.at(-1)?.endMs ?? 0) - endMs)).toBeLessThan(200);
    });

    if (traits.eagerEnds) {
      it('tells that a turn looks over, then that it goes on, and its words once', async () => {
        const session = await open('healthy');
        const audio = Buffer.concat([
          await bench.say('a table'),
          silence(240),
          await bench.say('for two'),
          silence(1600),
        ]);
        await play(session, audio, record);
        await over('a table for two');
        const told = record.events.flatMap((event) =>
          event.type === 'eager_end_of_turn'
            ? [plain(event.text)]
            : event.type === 'turn_resumed'
              ? ['on']
              : [],
        );
        expect(told).toEqual(['a table', 'on', 'a table for two']);
        expect(record.finals).toHaveLength(1);
      });

      it('tells no such thing where it is of no use', async () => {
        const session = await open('healthy', { ...options, tellsEagerEnds: false });
        await play(session, withSilence(await bench.say(SENTENCE)), record);
        await over(SENTENCE);
        expect(record.events.some(({ type }) => type === 'eager_end_of_turn')).toBe(false);
      });
    }

    it('loses nothing that was said while the connection opened', async () => {
      const session = await open('healthy');
      const speech = await bench.say('good evening');
      expect(speech.length).toBeLessThan(2000 * BYTES_PER_MS);
      const early = bench.transcriber.open(options, record);
      early.send(speech);
      await play(early, silence(), record);
      await record.until(({ finals }) => finals.length > 0);
      expect(record.words).toEqual(['good', 'evening']);
      await Promise.all([early.close(), session.close()]);
    });

    it('takes an empty piece for nothing', async () => {
      const session = await open('healthy');
      session.send(new Uint8Array(0));
      await play(session, withSilence(await bench.say('yes')), record, () => session.send(new Uint8Array(0)));
      await record.until(({ finals }) => finals.length > 0);
      expect(record.words).toEqual(['yes']);
    });

    it('settles the last words when it is closed, and says nothing afterwards', async () => {
      const session = await open('healthy');
      await play(session, await bench.say('goodbye then'), record);
      await record.until(({ events }) => events.some((event) => event.type !== 'final'));
      await Promise.all([session.close(), session.close()]);
      expect(record.words).toEqual(['goodbye', 'then']);
      const told = record.events.length;
      session.send(new Uint8Array(FRAME_BYTES));
      await new Promise(setImmediate);
      expect(record.events).toHaveLength(told);
      expect(record.failures).toEqual([]);
    });

    it.each(['healthy', 'mute', 'unreachable'] as const)(
      'closes at once while it opens (%s)',
      async (peer) => {
        const session = await open(peer);
        await session.close();
        expect(record.failures).toEqual([]);
      },
    );

    it('passes over messages that mean nothing', async () => {
      const session = await open('garbles');
      await play(session, withSilence(await bench.say(SENTENCE)), record);
      await over(SENTENCE);
    });

    it('opens a lost session once more, and hears every word once', async () => {
      const session = await open('loses_first');
      const speech = await bench.say(SENTENCE);
      await play(session, withSilence(speech), record);
      await over(SENTENCE);
      expect(record.failures).toEqual([]);
      expect(record.finals.at(-1)?.endMs).toBeGreaterThan(speech.length / BYTES_PER_MS - 200);
    });

    it.each([
      ['wrong_key', 'UNAUTHENTICATED', false],
      ['rate_limited', 'RATE_LIMITED', true],
      ['broken', 'UNAVAILABLE', true],
      ['unreachable', 'UNAVAILABLE', true],
      ['mute', 'TIMEOUT', true],
      ['stalls', 'STALLED', true],
      ['loses_all', 'UNAVAILABLE', true],
    ] as const)('%s: fails once, with %s', async (peer, code, retryable) => {
      const session = await open(peer);
      const speech = withSilence(await bench.say(SENTENCE));
      await play(session, speech, record);
      // Whoever speaks without a pause may hear nothing for long; whoever is quiet again is owed the words.
      while (record.failures.length === 0) await play(session, withSilence(new Uint8Array(0)), record);
      expect(record.failures).toEqual([expect.objectContaining({ code: `TRANSCRIBER.${code}`, retryable })]);
      session.send(speech);
      await session.close();
      expect(record.failures).toHaveLength(1);
    });
  });
}

/** Sends the audio in frames, about ten times as fast as it is spoken, until it is over or the session failed. */
async function play(
  session: Transcription,
  audio: Uint8Array,
  record: TranscriptionRecord,
  between: () => void = () => undefined,
): Promise<void> {
  for (let at = 0; at < audio.length && record.failures.length === 0; at += FRAME_BYTES) {
    session.send(audio.subarray(at, at + FRAME_BYTES));
    between();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Sockets and timers of the process. */
function resourcesLeft(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Timeout/.test(kind)).length;
}

function silence(ms = SILENCE_MS): Uint8Array {
  return new Uint8Array(ms * BYTES_PER_MS).fill(0xff);
}

/** Without case and marks. */
function plain(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []).join(' ');
}

function withSilence(speech: Uint8Array): Uint8Array {
  return Buffer.concat([speech, silence()]);
}
