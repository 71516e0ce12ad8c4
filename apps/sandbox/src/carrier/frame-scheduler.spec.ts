import { FakeClock } from '@parley/kernel';
import type { CancelTimer, Clock } from '@parley/kernel';
import { FrameScheduler } from './frame-scheduler';

const line = () => {
  const times: number[] = [];
  return { times, tick: (atMs: number) => times.push(atMs) };
};

it('ticks every line every 20 ms, the lines at different moments', () => {
  const clock = new FakeClock(1_000);
  const scheduler = new FrameScheduler(clock);
  const lines = [line(), line(), line(), line()];
  for (const one of lines) scheduler.add(one);
  clock.advance(200);
  for (const { times } of lines) {
    expect(times).toHaveLength(10);
    expect(times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0))).toEqual(Array(9).fill(20));
  }
  expect(new Set(lines.map(({ times }) => times[0])).size).toBe(4);
});

it('catches up after a late beat, without drift', () => {
  let nowMs = 0;
  let due: { atMs: number; run: () => void } | undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, run): CancelTimer => {
      due = { atMs: nowMs + delayMs, run };
      return () => (due = undefined);
    },
  };
  const scheduler = new FrameScheduler(clock);
  const one = line();
  scheduler.add(one);
  // Every beat is 7 ms late.
  while (nowMs < 2_000 && due) {
    nowMs = due.atMs + 7;
    due.run();
  }
  expect(one.times.length).toBeGreaterThanOrEqual(99);
  expect(one.times.slice(1).every((atMs, i) => atMs - (one.times[i] ?? 0) === 20)).toBe(true);
  // The process stood still for a minute: no flood of old frames.
  const before = one.times.length;
  nowMs += 60_000;
  due?.run();
  expect(one.times.length - before).toBeLessThanOrEqual(1);
});

it('stops ticking what is removed, also in the middle of a beat, and rests when nothing is left', () => {
  const clock = new FakeClock();
  const scheduler = new FrameScheduler(clock);
  const one = line();
  const two = { tick: () => scheduler.remove(two) };
  scheduler.add(one);
  scheduler.add(two);
  clock.advance(100);
  expect(one.times).toHaveLength(5);
  expect(scheduler.size).toBe(1);
  scheduler.remove(one);
  clock.advance(100);
  expect(one.times).toHaveLength(5);
  scheduler.add(one);
  clock.advance(100);
  expect(one.times.length).toBeGreaterThan(8);
});
