import type { SpokenWord, Synthesizer, VoiceSettings } from '@parley/conversation';

/**
 * What stands at the other end. `slow`: answers after every deadline; `stalls`, `cuts`: stops, or breaks the
 * connection, within the audio; `empty`: a proper answer without audio; `garbles`: a proper answer that is something
 * else than audio; `rejects`: finds the request wrong.
 */
export type SynthesizerPeer =
  | 'healthy'
  | 'wrong_key'
  | 'rate_limited'
  | 'rejects'
  | 'broken'
  | 'unreachable'
  | 'slow'
  | 'stalls'
  | 'cuts'
  | 'garbles'
  | 'empty';

/** A synthesizer with its peer; its deadlines are short, so that a test can wait for them. */
export interface SynthesizerBench {
  readonly synthesizer: Synthesizer;
  readonly voice: VoiceSettings;
  /** Whether this voice tells the times of its words. */
  readonly tellsWords: boolean;
  /** The words in this µ-law, lower case and without marks. */
  listen(mulaw: Uint8Array): readonly string[];
  /** Resolves when the peer noticed that a request was given up. */
  givenUp(): Promise<void>;
  stop(): Promise<void>;
}

const SENTENCE = 'Good evening, this is Ada. How may I help you?';
const WORDS = ['good', 'evening', 'this', 'is', 'ada', 'how', 'may', 'i', 'help', 'you'];
const BYTES_PER_MS = 8;

/** The promises of the port `Synthesizer`, for any adapter with any peer whose speech can be read. */
export function describeSynthesizer(
  name: string,
  start: (peer: SynthesizerPeer) => Promise<SynthesizerBench>,
): void {
  describe(`${name} as a Synthesizer`, () => {
    let bench: SynthesizerBench;
    afterEach(() => bench.stop());

    async function speak(
      signal = new AbortController().signal,
      voice: VoiceSettings = bench.voice,
    ): Promise<Uint8Array> {
      const pieces: Uint8Array[] = [];
      for await (const piece of bench.synthesizer.speak(SENTENCE, voice, signal))
        if (piece.type === 'audio') pieces.push(piece.mulaw);
      return Buffer.concat(pieces);
    }

    it('says the text, whole, in pieces that are not empty', async () => {
      bench = await start('healthy');
      const sizes: number[] = [];
      const pieces: Uint8Array[] = [];
      const { signal } = new AbortController();
      for await (const piece of bench.synthesizer.speak(SENTENCE, bench.voice, signal)) {
        if (piece.type !== 'audio') continue;
        sizes.push(piece.mulaw.length);
        pieces.push(piece.mulaw);
      }
      expect(sizes.length).toBeGreaterThan(1);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(bench.listen(Buffer.concat(pieces))).toEqual(WORDS);
    });

    it('tells every word once, in order, and where it is in the audio, if it tells any', async () => {
      bench = await start('healthy');
      const words: SpokenWord[] = [];
      const pieces: Uint8Array[] = [];
      const { signal } = new AbortController();
      for await (const piece of bench.synthesizer.speak(SENTENCE, bench.voice, signal))
        if (piece.type === 'words') words.push(...piece.words);
        else pieces.push(piece.mulaw);
      expect(words.map(({ text }) => text)).toEqual(bench.tellsWords ? SENTENCE.split(' ') : []);
      const audio = Buffer.concat(pieces);
      let heardMs = 0;
      for (const [i, { startMs, endMs }] of words.entries()) {
        expect(startMs).toBeGreaterThanOrEqual(heardMs);
        expect(endMs).toBeGreaterThan(startMs);
        expect(endMs).toBeLessThanOrEqual(audio.length / BYTES_PER_MS);
        const around = audio.subarray(Math.max(0, startMs - 5) * BYTES_PER_MS, (endMs + 10) * BYTES_PER_MS);
        expect(bench.listen(around)).toEqual([WORDS[i]]);
        heardMs = endMs;
      }
    });

    it('says several texts at once and one after the other', async () => {
      bench = await start('healthy');
      bench.synthesizer.warm();
      const together = await Promise.all([speak(), speak(), speak()]);
      for (const audio of [...together, await speak()]) expect(bench.listen(audio)).toEqual(WORDS);
    });

    it('waits without a deadline for a consumer that is slow', async () => {
      bench = await start('healthy');
      const speech = bench.synthesizer.speak(SENTENCE, bench.voice, new AbortController().signal);
      const pieces: Uint8Array[] = [];
      for await (const piece of speech) {
        if (piece.type === 'audio') pieces.push(piece.mulaw);
        for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
      }
      expect(bench.listen(Buffer.concat(pieces))).toEqual(WORDS);
    });

    it('ends without an error, and gives the request up, when it is aborted', async () => {
      bench = await start('healthy');
      const controller = new AbortController();
      let bytes = 0;
      for await (const piece of bench.synthesizer.speak(SENTENCE, bench.voice, controller.signal)) {
        bytes += piece.type === 'audio' ? piece.mulaw.length : 0;
        controller.abort();
      }
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(2000 * BYTES_PER_MS);
      await bench.givenUp();
    });

    it('gives the request up when its consumer leaves', async () => {
      bench = await start('healthy');
      const { signal } = new AbortController();
      const pieces = bench.synthesizer.speak(SENTENCE, bench.voice, signal)[Symbol.asyncIterator]();
      await pieces.next();
      await pieces.return?.();
      await bench.givenUp();
    });

    it('asks nobody when it is aborted before it begins', async () => {
      bench = await start('broken');
      expect(await speak(AbortSignal.abort())).toHaveLength(0);
    });

    it('ends without an error when it is aborted before the first byte', async () => {
      bench = await start('slow');
      const controller = new AbortController();
      const speech = speak(controller.signal);
      controller.abort();
      expect(await speech).toHaveLength(0);
    });

    it('speaks for another provider with a voice of its own', async () => {
      bench = await start('healthy');
      const foreign = { ...bench.voice, provider: 'another', voiceId: '?', model: '?', apiKey: 'theirs' };
      expect(bench.listen(await speak(undefined, { ...foreign, dials: { rate: 9 } }))).toEqual(WORDS);
    });

    it('warms up without ever throwing', async () => {
      bench = await start('unreachable');
      expect(() => bench.synthesizer.warm()).not.toThrow();
    });

    it.each([
      ['wrong_key', 'UNAUTHENTICATED', false],
      ['rate_limited', 'RATE_LIMITED', true],
      ['rejects', 'REJECTED', false],
      ['broken', 'UNAVAILABLE', true],
      ['unreachable', 'UNAVAILABLE', true],
      ['slow', 'TIMEOUT', true],
      ['stalls', 'STALLED', true],
      ['cuts', 'UNAVAILABLE', true],
      ['garbles', 'UNAVAILABLE', true],
      ['empty', 'EMPTY', true],
    ] as const)('%s: throws %s', async (peer, code, retryable) => {
      bench = await start(peer);
      await expect(speak()).rejects.toMatchObject({ code: `SYNTHESIZER.${code}`, retryable });
    });
  });
}
