import { endOfTurnWaitMs, holdMs } from './end-of-turn';
import type { Listening } from './end-of-turn';
import { heardAtPace, paceFactor, usualPace } from './pace';

const usual: Listening = { language: 'en', sensitivity: 'auto', speed: 1, pace: usualPace, asked: '' };

describe('the wait where nothing but the words tells', () => {
  test.each([
    ['I need a table.', 'en', 250],
    ['I need a table', 'en', 800],
    ['I need a table for', 'en', 1_500],
    ['Ich brauche einen Tisch.', 'de', 250],
    ['Je voudrais une table ?', 'fr', 250],
    ['予約したいです。', 'ja', 250],
    ['मुझे टेबल चाहिए।', 'hi', 250],
    ['quiero una mesa para', 'es', 1_500],
  ])('after "%s" (%s) it is %d ms', (words, language, waitMs) => {
    expect(endOfTurnWaitMs(words, { ...usual, language })).toBe(waitMs);
  });

  test.each([
    [{ sensitivity: 'sensitive' as const }, 560],
    [{ sensitivity: 'relaxed' as const }, 1_200],
    [{ speed: 2 }, 400],
    [{ speed: 0.5 }, 1_500],
    [{ pace: { wordsPerMinute: 200 } }, 600],
    [{ pace: { wordsPerMinute: 120 } }, 1_000],
    [{ speed: 2, sensitivity: 'sensitive' as const, pace: { wordsPerMinute: 400 } }, 187],
  ])('with %j, after words without a mark, it is %d ms', (change, waitMs) => {
    expect(endOfTurnWaitMs('I need a table', { ...usual, ...change })).toBe(waitMs);
  });

  test('it has bounds', () => {
    const hasty: Listening = { ...usual, sensitivity: 'sensitive', speed: 2, pace: { wordsPerMinute: 900 } };
    expect(endOfTurnWaitMs('Yes.', hasty)).toBe(100);
    expect(endOfTurnWaitMs('and', { ...usual, sensitivity: 'relaxed', speed: 0.5 })).toBe(1_500);
  });
});

test('a turn that is over is held for unfinished words alone', () => {
  expect(holdMs('I need a table', 1_000, usual)).toBe(0);
  expect(holdMs('I need a', 1_000, usual)).toBe(1_000);
  expect(holdMs('I need a', 1_000, { ...usual, sensitivity: 'relaxed', speed: 0.5 })).toBe(1_000);
  expect(holdMs('I need a', 1_000, { ...usual, speed: 2 })).toBe(500);
});

describe('the pace of the caller', () => {
  test('follows what was heard, long sentences more than short ones', () => {
    const once = heardAtPace(usualPace, 'one two three four five', 1_000);
    expect(once.wordsPerMinute).toBeCloseTo(150 * 0.75 + 300 * 0.25);
    const long = heardAtPace(usualPace, 'word '.repeat(30), 6_000);
    expect(long.wordsPerMinute).toBeCloseTo(225);
  });

  test('short answers and clocks that stood still tell nothing', () => {
    expect(heardAtPace(usualPace, 'yes please', 300)).toBe(usualPace);
    expect(heardAtPace(usualPace, 'one two three four', 0)).toBe(usualPace);
  });

  test('moves waits by a bounded factor', () => {
    expect(paceFactor(usualPace)).toBe(1);
    expect(paceFactor({ wordsPerMinute: 10 })).toBe(0.7);
    expect(paceFactor({ wordsPerMinute: 900 })).toBe(1.5);
  });
});
