import { decodeMulaw, encodeMulaw } from '@parley/audio';
import fc from 'fast-check';

import { normaliseWord } from './normalise-word';
import { corpus } from './testing/corpus';
import { encodeWord } from './word-code';
import { HeardEvent, WordListener } from './word-listener';

const FRAME = 160;
const throughMulaw = (samples: Int16Array) => decodeMulaw(encodeMulaw(samples));

/** What was read, `!` for damage. */
const readingOf = (events: HeardEvent[]) =>
  events.flatMap((event) => (event.kind === 'word' ? [event.word] : event.kind === 'damaged' ? ['!'] : []));

/** `words` one after another, the first at `leadSamples`, `gapSamples` between them, silence around. */
function lineUp(words: readonly string[], leadSamples: number, gapSamples: number): Int16Array {
  const codes = words.map((word) => encodeWord(word));
  const length = codes.reduce((sum, code) => sum + code.length + gapSamples, leadSamples);
  const samples = new Int16Array(length + 2 * FRAME);
  let at = leadSamples;
  for (const code of codes) {
    samples.set(code, at);
    at += code.length + gapSamples;
  }
  return samples;
}

function pushInPieces(listener: WordListener, samples: Int16Array, sizes: readonly number[]): HeardEvent[] {
  const events: HeardEvent[] = [];
  let at = 0;
  for (let i = 0; at < samples.length; i++) {
    const size = sizes[i % sizes.length]!;
    events.push(...listener.push(samples.subarray(at, at + size)));
    at += size;
  }
  return events;
}

test('reads a corpus of 200 words after µ-law, in frames of 20 ms, at every alignment', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(200);
  const samples = throughMulaw(lineUp(corpus, 77, 163));
  expect(readingOf(pushInPieces(new WordListener(), samples, [FRAME]))).toEqual(corpus);
});

test('words may touch each other', () => {
  const words = corpus.slice(0, 40);
  expect(readingOf(new WordListener().push(throughMulaw(lineUp(words, 3, 0))))).toEqual(words);
});

test('five letters take at most 280 ms', () => {
  expect(encodeWord('table').length / 8).toBeLessThanOrEqual(280);
});

test('a word is told within 30 ms of its last sample, with its times', () => {
  for (let lead = 400; lead < 420; lead++) {
    const code = encodeWord('table');
    const samples = new Int16Array(lead + code.length + 400);
    samples.set(code, lead);
    const listener = new WordListener();
    listener.push(samples.subarray(0, lead + code.length - 50));
    const [event] = listener
      .push(samples.subarray(lead + code.length - 50, lead + code.length + 240))
      .filter(({ kind }) => kind === 'word');
    expect(event).toMatchObject({ kind: 'word', word: 'table' });
    const { startMs, endMs } = event as Extract<HeardEvent, { kind: 'word' }>;
    expect(Math.abs(startMs - lead / 8)).toBeLessThan(1.5);
    expect(Math.abs(endMs - (lead + code.length) / 8)).toBeLessThan(1.5);
  }
});

test.each([-10, -5, 5, 10])('a gain of %i dB changes nothing', (gainDb) => {
  const words = corpus.slice(0, 30);
  const samples = lineUp(words, 41, 97).map((sample) => Math.round(sample * 10 ** (gainDb / 20)));
  expect(readingOf(new WordListener().push(throughMulaw(samples)))).toEqual(words);
});

test('any word survives any place and any cut into pieces, and the cut changes no event', () => {
  const words = fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map(normaliseWord), { maxLength: 4 })
    .map((list) => list.filter((word) => word !== ''));
  const pieces = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.nat(400), fc.integer({ min: 0, max: 900 }), pieces, (list, lead, gap, sizes) => {
      const samples = throughMulaw(lineUp(list, lead, gap));
      const events = pushInPieces(new WordListener(), samples, sizes);
      expect(readingOf(events)).toEqual(list);
      expect(events).toEqual(new WordListener().push(samples));
    }),
    { numRuns: 60 },
  );
});

test('silence and noise say nothing', () => {
  expect(new WordListener().push(new Int16Array(80_000))).toEqual([]);
  let seed = 7;
  const noise = Int16Array.from({ length: 160_000 }, () => {
    seed = (seed * 48271) % 2147483647;
    return (seed / 2147483647 - 0.5) * 9000;
  });
  expect(readingOf(new WordListener().push(noise))).toEqual([]);
});

test('energy is told with the times of its begin and end', () => {
  const samples = new Int16Array(8000);
  samples.set(encodeWord('table'), 1600);
  const events = new WordListener().push(samples);
  expect(events.map(({ kind }) => kind)).toEqual(['onset', 'word', 'silence']);
  expect(events[0]).toEqual({ kind: 'onset', atMs: 200 });
  expect(events[2]).toEqual({ kind: 'silence', atMs: 470 });
});

test('a pause shorter than 200 ms is no silence', () => {
  const events = new WordListener().push(lineUp(['one', 'two'], 800, 1500));
  expect(events.map(({ kind }) => kind)).toEqual(['onset', 'word', 'word', 'silence']);
});

test('a word that is cut off is damaged, where it was cut', () => {
  const samples = new Int16Array(8000);
  samples.set(encodeWord('reservation').subarray(0, 1800), 800);
  const events = new WordListener().push(samples);
  expect(events.map(({ kind }) => kind)).toEqual(['onset', 'damaged', 'silence']);
  const [, damaged, silence] = events as [unknown, { endMs: number }, { atMs: number }];
  expect(Math.abs(damaged.endMs - silence.atMs)).toBeLessThan(30);
});

test('levels may drift within a word', () => {
  const samples = lineUp(['unbelievable'], 100, 0);
  const fading = samples.map((sample, i) => sample * (1 - (0.7 * i) / samples.length));
  expect(readingOf(new WordListener().push(throughMulaw(fading)))).toEqual(['unbelievable']);
});

function joined(...parts: Int16Array[]): Int16Array {
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}

const damages: Record<string, (samples: Int16Array, at: number) => Int16Array> = {
  silent: (samples, at) => samples.slice().fill(0, at, at + FRAME),
  lost: (samples, at) => joined(samples.subarray(0, at), samples.subarray(at + FRAME)),
  doubled: (samples, at) => joined(samples.subarray(0, at + FRAME), samples.subarray(at)),
  'replaced by the one before': (samples, at) => samples.slice().copyWithin(at, at - FRAME, at),
  'exchanged with the next': (samples, at) =>
    joined(
      samples.subarray(0, at),
      samples.subarray(at + FRAME, at + 2 * FRAME),
      samples.subarray(at, at + FRAME),
      samples.subarray(at + 2 * FRAME),
    ),
};

describe.each(Object.keys(damages))('a frame that is %s', (kind) => {
  const damage = damages[kind]!;

  // The words with long runs of one letter are the hardest: what moves looks most like what was there.
  test.each(['a', 'table', 'wwwwwwww', '1111', 'café'])('is noticed anywhere in "%s"', (word) => {
    const code = encodeWord(word, 2400);
    for (let lead = 320; lead < 480; lead += 17) {
      const samples = new Int16Array(lead + code.length + 1600);
      samples.set(code, lead);
      const first = Math.ceil(lead / FRAME) * FRAME;
      for (let at = first; at + FRAME <= lead + code.length; at += FRAME) {
        if (kind.startsWith('exchanged') && at + 2 * FRAME > lead + code.length) continue;
        const reading = readingOf(new WordListener().push(throughMulaw(damage(samples, at))));
        if (reading.length === 1 && reading[0] === word) {
          throw new Error(`unnoticed: frame at ${at}, word from ${lead} to ${lead + code.length}`);
        }
      }
    }
  });

  test('does not harm the words after it', () => {
    const samples = lineUp(['before', 'broken', 'after', 'and', 'more'], 331, 800);
    const at = 16 + encodeWord('before').length + 800 + 331 + 600;
    const reading = readingOf(new WordListener().push(throughMulaw(damage(samples, at))));
    expect(reading).toEqual(['before', '!', 'after', 'and', 'more']);
  });
});

test('a repeated or exchanged word is heard as such', () => {
  const reading = readingOf(new WordListener().push(lineUp(['one', 'two', 'two', 'four', 'three'], 9, 160)));
  expect(reading).toEqual(['one', 'two', 'two', 'four', 'three']);
});
