import { CancelTimer, Clock } from './clock';

declare const setTimeout: (run: () => void, delayMs: number) => unknown;
declare const clearTimeout: (timer: unknown) => void;
declare const performance: { now(): number };

/** The machine's own time. */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  }
}
