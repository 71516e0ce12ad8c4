import { AudioZero } from './audio-zero';

const frameBytes = 160;

/** Frames that come so many ms after their end; gives what was told, as the zero's time. */
function zeros(delaysMs: readonly number[]): { atFrame: number; zeroMs: number }[] {
  const zero = new AudioZero();
  return delaysMs.flatMap((delayMs, index) => {
    const nowMs = 5_000 + (index + 1) * 20 + delayMs;
    const agoMs = zero.passed(frameBytes, nowMs);
    return agoMs === null ? [] : [{ atFrame: index, zeroMs: nowMs - agoMs }];
  });
}

test('the first frame tells it', () => {
  expect(zeros([0, 0, 3, 60, 0])).toEqual([{ atFrame: 0, zeroMs: 5_000 }]);
});

test('a first frame that was late is put right by the next that was not', () => {
  expect(zeros([40, 38, 0, 20])).toEqual([
    { atFrame: 0, zeroMs: 5_040 },
    { atFrame: 2, zeroMs: 5_000 },
  ]);
});

test('a drift is followed either way', () => {
  const later = Array.from({ length: 3_000 }, (_, frame) => frame / 50);
  expect(zeros(later).at(-1)?.zeroMs).toBeGreaterThan(5_040);
  const earlier = Array.from({ length: 3_000 }, (_, frame) => -frame / 50);
  expect(zeros(earlier).at(-1)?.zeroMs).toBeLessThan(4_946);
});

test('an even stream is told once', () => {
  expect(zeros(Array.from({ length: 5_000 }, (_, frame) => frame % 4))).toHaveLength(1);
});
