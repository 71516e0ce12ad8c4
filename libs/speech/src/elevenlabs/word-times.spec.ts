import { WordTimes } from './word-times';

/** Each character lasts 10 ms. */
const of = (text: string, fromMs = 0) => ({
  chars: Array.from(text),
  startsMs: Array.from(text).map((_, i) => fromMs + i * 10),
  durationsMs: Array.from(text).map(() => 10),
});

test('words may be cut by the pieces, and are told once each', () => {
  const times = new WordTimes();
  expect(times.push(of('Hello wo'), 0)).toEqual([{ text: 'Hello', startMs: 0, endMs: 50 }]);
  expect(times.push(of('rld,  it'), 80)).toEqual([{ text: 'world,', startMs: 60, endMs: 120 }]);
  expect(times.push(of('’s 5.'), 160)).toEqual([{ text: 'it’s', startMs: 140, endMs: 180 }]);
  expect(times.flush()).toEqual([{ text: '5.', startMs: 190, endMs: 210 }]);
  expect(times.flush()).toEqual([]);
});

test('nothing runs backwards, and what is missing is not NaN', () => {
  const times = new WordTimes();
  const words = [
    ...times.push(
      { chars: Array.from('a b c '), startsMs: [50, 60, 20, 30, 90], durationsMs: [20, 0, 5] },
      0,
    ),
    ...times.push({ chars: [], startsMs: [], durationsMs: [] }, 10),
  ];
  expect(words).toEqual([
    { text: 'a', startMs: 50, endMs: 70 },
    { text: 'b', startMs: 70, endMs: 70 },
    { text: 'c', startMs: 90, endMs: 90 },
  ]);
});
