import { alignmentOf, charTimes } from './char-times';

const times = charTimes('Hi – you. ', [
  { word: 'hi', startMs: 0, endMs: 100 },
  { word: 'you', startMs: 120, endMs: 200 },
]);

test('each character has a time, also those that are not spoken', () => {
  expect(times.map(({ char }) => char).join('')).toBe('Hi – you. ');
  expect(times.map(({ startMs }) => startMs)).toEqual([0, 50, 100, 120, 120, 120, 140, 160, 180, 200]);
});

test('a stretch has what begins in it, counted from its own beginning', () => {
  expect(alignmentOf(times, 100, 150)).toEqual({
    chars: [' ', '–', ' ', 'y', 'o'],
    charStartTimesMs: [0, 20, 20, 20, 40],
    charsDurationsMs: [20, 0, 0, 20, 20],
  });
  expect(alignmentOf(times, 250, 300)).toBeNull();
});
