import fc from 'fast-check';
import { heardText, resumeAtMs, timeWords, weightOf } from './heard-text';

const sentences = [
  'Of course, I can do that for you.',
  'We have a table by the window at eight, and another one in the garden at nine.',
  'Hello! This is Ada from the restaurant. How can I help you today?',
  'Unfortunately, the appointment on Thursday afternoon is no longer available; would Friday be convenient?',
  'It is three dollars and twenty cents, plus tax.',
  'I am afraid that I did not understand the last four digits. Could you say them again, please?',
  'Yes. No. Maybe. We will see what the international department says about your reservation.',
  'Your confirmation has been sent to the address that we have on file.',
];

/** How a voice speaks: what a word takes, what a letter adds, and the silences, in ms. */
interface Manner {
  readonly wordMs: number;
  readonly letterMs: number;
  readonly pauseMs: number;
  readonly sentenceMs: number;
  /** How far single words are off that, as a share. */
  readonly offs: readonly number[];
}

const anyManner: fc.Arbitrary<Manner> = fc.record({
  wordMs: fc.integer({ min: 60, max: 180 }),
  letterMs: fc.integer({ min: 30, max: 60 }),
  pauseMs: fc.integer({ min: 60, max: 250 }),
  sentenceMs: fc.integer({ min: 120, max: 450 }),
  offs: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 7, maxLength: 7 }),
});
/** The voice that the whole system is tried with, when no speech program is there. */
const toneVoice: Manner = { wordMs: 150, letterMs: 35, pauseMs: 120, sentenceMs: 240, offs: [0] };

function speak(text: string, manner: Manner): { ends: { endMs: number; midMs: number }[]; totalMs: number } {
  let atMs = 0;
  let endMs = 0;
  const ends = text.split(' ').map((word, index) => {
    const off = 1 + (manner.offs[index % manner.offs.length] ?? 0) / 100;
    const lastsMs = (manner.wordMs + manner.letterMs * word.replace(/[^a-z]/gi, '').length) * off;
    const midMs = atMs + lastsMs / 2;
    endMs = atMs + lastsMs;
    const isEnd = /[.!?]$/.test(word);
    atMs = endMs + (isEnd ? manner.sentenceMs : /[,;:]$/.test(word) ? manner.pauseMs : 20);
    return { endMs, midMs };
  });
  return { ends, totalMs: endMs };
}

const count = (text: string) => text.split(' ').filter(Boolean).length;
const byLetters = (text: string, playedMs: number, totalMs: number) =>
  count(text.slice(0, Math.round((playedMs / totalMs) * text.length)));

/** How many words each estimate is off at some moments of a sentence. */
function misses(manner: Manner): { ours: number[]; letters: number[] } {
  const ours: number[] = [];
  const letters: number[] = [];
  for (const text of sentences) {
    const { ends, totalMs } = speak(text, manner);
    for (let share = 0.03; share < 1; share += 0.07) {
      const atMs = share * totalMs;
      const truth = ends.filter(({ midMs }) => midMs <= atMs).length;
      ours.push(Math.abs(count(heardText(text, atMs, totalMs)) - truth));
      letters.push(Math.abs(byLetters(text, atMs, totalMs) - truth));
    }
  }
  return { ours, letters };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Measured: 0.02 words on the average, by letters alone 0.55.
test('of the voice that the system is tried with, never more than a word is missed', () => {
  const { ours, letters } = misses(toneVoice);
  expect(Math.max(...ours)).toBeLessThanOrEqual(1);
  expect(mean(ours)).toBeLessThan(mean(letters));
});

// Measured: 0.2 % are off by more than a word, by letters alone 3.6 %.
test('of any manner of speaking, seldom more than a word is missed', () => {
  const all: number[] = [];
  const byLettersAlone: number[] = [];
  fc.assert(
    fc.property(anyManner, (manner) => {
      const { ours, letters } = misses(manner);
      all.push(...ours);
      byLettersAlone.push(...letters);
    }),
    { numRuns: 300, seed: 1 },
  );
  const beyond = (values: readonly number[]) => values.filter((value) => value > 1).length / values.length;
  expect(beyond(all)).toBeLessThan(0.01);
  expect(beyond(all)).toBeLessThanOrEqual(beyond(byLettersAlone));
});

test("with the vendor's times it is exact", () => {
  fc.assert(
    fc.property(
      anyManner,
      fc.constantFrom(...sentences),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (manner, text, share) => {
        const { ends, totalMs } = speak(text, manner);
        const timed = text.split(' ').map((word, index) => {
          const { midMs = 0, endMs = 0 } = ends[index] ?? {};
          // Vendors give words with their marks or without.
          return { text: index % 2 ? word : word.replace(/[.,!?;]/g, ''), startMs: 2 * midMs - endMs, endMs };
        });
        const atMs = share * totalMs;
        const truth = ends.filter(({ midMs }) => midMs <= atMs + 0.001).length;
        expect(count(heardText(text, atMs, totalMs, timed))).toBe(truth);
      },
    ),
  );
});

test('words that the vendor has not timed share the time between those that it has', () => {
  const words = timeWords('one two three four', 4_000, [
    { text: 'One', startMs: 100, endMs: 900 },
    { text: 'four', startMs: 3_000, endMs: 3_800 },
  ]);
  expect(words.map(({ startMs }) => Math.round(startMs))).toEqual([100, 900, 1_812, 3_000]);
  expect(words.at(-1)?.endMs).toBe(3_800);
});

test('what is cut in a word goes on at its beginning, what is cut between two goes on right there', () => {
  const timed = [
    { text: 'one', startMs: 0, endMs: 400 },
    { text: 'two', startMs: 500, endMs: 900 },
  ];
  expect(resumeAtMs('one two', 700, 900, timed)).toBe(500);
  expect(resumeAtMs('one two', 450, 900, timed)).toBe(450);
});

test('marks and short words take their time', () => {
  expect(weightOf('Yes. No. I do.')).toBeGreaterThan(weightOf('Understandably'));
});
