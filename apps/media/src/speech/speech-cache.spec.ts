import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { SpeechAhead } from './speech-ahead';
import { SpeechCache } from './speech-cache';

const voice: VoiceSettings = {
  provider: 'eleven_labs',
  voiceId: 'v1',
  model: null,
  apiKey: null,
  dials: {},
  language: 'en',
};

/** A voice whose every request waits until it is let go on. */
class HeldVoice implements Synthesizer {
  readonly name = 'held';
  readonly asked: string[] = [];
  bytes = 800;
  fault: Error | undefined;
  /** Nothing comes before it is let go on. */
  silent = false;
  private waiting: (() => void)[] = [];
  running = 0;

  async *speak(text: string, _voice: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    this.asked.push(text);
    this.running += 1;
    try {
      if (!this.silent) yield { type: 'audio', mulaw: new Uint8Array(this.bytes / 2).fill(1) };
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      if (signal.aborted) return;
      if (this.fault) throw this.fault;
      yield { type: 'words', words: [{ text, startMs: 0, endMs: 50 }] };
      yield { type: 'audio', mulaw: new Uint8Array(this.bytes / 2).fill(2) };
    } finally {
      this.running -= 1;
    }
  }

  warm(): void {
    // Nothing to make ready.
  }

  async goOn(): Promise<void> {
    await settled();
    for (const go of this.waiting.splice(0)) go();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function all(pieces: AsyncIterable<SpeechPiece>): Promise<{ bytes: number; words: string[] }> {
  let bytes = 0;
  const words: string[] = [];
  for await (const piece of pieces) {
    if (piece.type === 'audio') bytes += piece.mulaw.length;
    else words.push(...piece.words.map(({ text }) => text));
  }
  return { bytes, words };
}

describe('SpeechCache', () => {
  let cache: SpeechCache;
  let held: HeldVoice;
  let spoken: Synthesizer;
  const speak = (text: string, given = voice) => all(spoken.speak(text, given, new AbortController().signal));

  beforeEach(() => {
    cache = new SpeechCache({ maxBytes: 2_000 });
    held = new HeldVoice();
    spoken = cache.over('eleven_labs', held);
    cache.want(['Hello.', 'Bye.', 'Wait.']);
  });

  test('what was spoken once is not asked for again', async () => {
    const first = speak('Hello.');
    await held.goOn();
    expect(await first).toEqual({ bytes: 800, words: ['Hello.'] });
    expect(await speak('Hello.')).toEqual({ bytes: 800, words: ['Hello.'] });
    expect(held.asked).toEqual(['Hello.']);
  });

  test('two that ask for the same at once share a request, and both hear all of it', async () => {
    const both = Promise.all([speak('Hello.'), speak('Hello.')]);
    await held.goOn();
    expect((await both).map(({ bytes }) => bytes)).toEqual([800, 800]);
    expect(held.asked).toEqual(['Hello.']);
  });

  test('what nobody wanted to be kept is not', async () => {
    const first = speak('Your number is 5.');
    await held.goOn();
    await first;
    expect(cache.bytes).toBe(0);
  });

  test.each<[string, Partial<VoiceSettings>]>([
    ['another voice', { voiceId: 'v2' }],
    ['another model', { model: 'm' }],
    ['another key', { apiKey: 'secret' }],
    ['other dials', { dials: { stability: 0.5 } }],
    ['another language', { language: 'de' }],
  ])('%s has speech of its own', async (_, change) => {
    const first = speak('Hello.');
    await held.goOn();
    await first;
    const second = speak('Hello.', { ...voice, ...change });
    await held.goOn();
    await second;
    expect(held.asked).toHaveLength(2);
  });

  test('speech that failed is told to all who wait for it, and not kept', async () => {
    held.fault = new Error('gone');
    const both = Promise.allSettled([speak('Hello.'), speak('Hello.')]);
    await held.goOn();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    held.fault = undefined;
    const again = speak('Hello.');
    await held.goOn();
    expect((await again).bytes).toBe(800);
    expect(held.asked).toHaveLength(2);
  });

  test('empty speech is not kept', async () => {
    held.bytes = 0;
    const first = speak('Hello.');
    await held.goOn();
    await first;
    const second = speak('Hello.');
    await held.goOn();
    await second;
    expect(held.asked).toHaveLength(2);
  });

  test('a request that was given up in silence, and another for the same, are kept as one', async () => {
    held.silent = true;
    const abort = new AbortController();
    const given = all(spoken.speak('Hello.', voice, abort.signal));
    await settled();
    abort.abort();
    await given;
    const again = speak('Hello.');
    await held.goOn();
    await again;
    expect([held.asked.length, cache.bytes]).toEqual([2, 400]);
  });

  test('a call that ends meanwhile leaves it to the next one', async () => {
    const abort = new AbortController();
    const first = all(spoken.speak('Hello.', voice, abort.signal));
    await settled();
    abort.abort();
    expect((await first).bytes).toBe(400);
    await held.goOn();
    expect((await speak('Hello.')).bytes).toBe(800);
    expect(held.asked).toHaveLength(1);
  });

  test('whoever gave up before anything came asks anew', async () => {
    const silent: Synthesizer = {
      name: 'silent',
      warm: () => undefined,
      async *speak(text) {
        held.asked.push(text);
        await new Promise(() => undefined);
        yield { type: 'audio', mulaw: new Uint8Array(1) };
      },
    };
    const mute = cache.over('eleven_labs', silent);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const abort = new AbortController();
      const given = all(mute.speak('Hello.', voice, abort.signal));
      await settled();
      abort.abort();
      await given;
    }
    expect(held.asked).toEqual(['Hello.', 'Hello.']);
  });

  test('what was used longest ago goes when there is too much', async () => {
    for (const text of ['Hello.', 'Bye.', 'Hello.', 'Wait.']) {
      const given = speak(text);
      await held.goOn();
      await given;
    }
    expect(cache.bytes).toBeLessThanOrEqual(2_000);
    expect(cache.has('eleven_labs', 'Hello.', voice)).toBe(true);
    expect(cache.has('eleven_labs', 'Bye.', voice)).toBe(false);
  });

  test('nothing runs on once it is closed', async () => {
    void speak('Hello.').catch(() => undefined);
    await settled();
    cache.close();
    await held.goOn();
    expect(held.running).toBe(0);
    expect(cache.bytes).toBe(0);
  });
});

describe('SpeechAhead', () => {
  let cache: SpeechCache;
  let held: HeldVoice;
  let ahead: SpeechAhead;
  const want = (kind: 'greeting' | 'phrase', ...texts: string[]) =>
    ahead.want(kind, { provider: 'eleven_labs', synthesizer: held, voice, texts });

  beforeEach(() => {
    cache = new SpeechCache();
    held = new HeldVoice();
    ahead = new SpeechAhead(cache);
  });

  test('phrases are made one after the other, each once', async () => {
    want('phrase', 'a', 'b');
    want('phrase', 'b', 'c');
    await settled();
    expect(held.running).toBe(1);
    for (let round = 0; round < 3; round += 1) await held.goOn();
    expect(held.asked).toEqual(['a', 'b', 'c']);
    want('phrase', 'a', 'b', 'c');
    await settled();
    expect(held.asked).toHaveLength(3);
  });

  test('greetings wait for no phrase', async () => {
    want('phrase', 'a');
    want('greeting', 'Hello.');
    await settled();
    expect(held.asked).toEqual(['a', 'Hello.']);
  });

  test('a voice that fails is not asked for the rest', async () => {
    held.fault = new Error('unauthenticated');
    want('phrase', 'a', 'b', 'c');
    await held.goOn();
    await held.goOn();
    expect(held.asked).toEqual(['a']);
  });

  test('what is too much is dropped, not queued', () => {
    want('phrase', ...Array.from({ length: 500 }, (_, index) => `text ${index}`));
    expect(ahead.dropped).toBe(300);
  });
});
