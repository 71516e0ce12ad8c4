import fc from 'fast-check';
import { nextAttempt, retryScheduleMs } from './schedule';

const middle = { random: () => 0.5 };

describe('nextAttempt', () => {
  it('follows the schedule of Standard Webhooks, then gives up', () => {
    const waits = Array.from({ length: 10 }, (_, index) => nextAttempt(index + 1, 'failed', middle));
    const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    expect(waits).toEqual([
      ...seconds.map((wait) => ({ kind: 'retry', delayMs: wait * 1000 })),
      { kind: 'exhausted' },
    ]);
  });

  it('has delivered after a success, at any attempt', () => {
    expect(nextAttempt(1, 'succeeded', middle)).toEqual({ kind: 'delivered' });
    expect(nextAttempt(10, 'succeeded', middle)).toEqual({ kind: 'delivered' });
  });

  it('never returns to who is gone', () => {
    expect(nextAttempt(1, 'gone', middle)).toEqual({ kind: 'exhausted' });
  });

  it('strays by at most a fifth, both ways', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const next = nextAttempt(attempt, 'failed', { random: () => random });
          const ratio = next.kind === 'retry' ? next.delayMs / retryScheduleMs[attempt]! : 0;
          expect(ratio).toBeGreaterThanOrEqual(0.8);
          expect(ratio).toBeLessThanOrEqual(1.2);
        },
      ),
    );
    expect(nextAttempt(1, 'failed', { random: () => 0 })).toEqual({ kind: 'retry', delayMs: 4_000 });
    expect(nextAttempt(1, 'failed', { random: () => 0.999999 })).toEqual({ kind: 'retry', delayMs: 6_000 });
  });

  it('gives an overloaded receiver a minute at least', () => {
    expect(nextAttempt(1, 'throttled', middle)).toEqual({ kind: 'retry', delayMs: 60_000 });
    expect(nextAttempt(2, 'throttled', middle)).toEqual({ kind: 'retry', delayMs: 300_000 });
  });

  it.each([
    [100_000, 300_000],
    [450_000, 450_000],
    [9_000_000, 600_000],
  ])('honours Retry-After of %d ms up to twice the scheduled wait', (retryAfterMs, delayMs) => {
    expect(nextAttempt(2, 'failed', { ...middle, retryAfterMs })).toEqual({ kind: 'retry', delayMs });
  });

  it('scales every wait', () => {
    expect(nextAttempt(1, 'failed', { ...middle, scale: 0.01 })).toEqual({ kind: 'retry', delayMs: 50 });
    expect(nextAttempt(1, 'throttled', { ...middle, scale: 0.01 })).toEqual({ kind: 'retry', delayMs: 600 });
  });
});
