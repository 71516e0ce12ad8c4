/** A handle that stops a timer that has not fired. Calling it twice, or after it fired, does nothing. */
export type CancelTimer = () => void;

/**
 * Where time enters. `nowMs` is wall-clock time (epoch, ms) and may jump; `monotonicMs` only moves forward and has
 * no meaning but as a difference.
 */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  after(delayMs: number, run: () => void): CancelTimer;
}

/** A clock that stands still until `advance` is called; timers fire in order of their time, then of their making. */
export class FakeClock implements Clock {
  private timers: { dueMs: number; order: number; run: () => void }[] = [];
  private order = 0;

  constructor(private timeMs = 0) {}

  nowMs(): number {
    return this.timeMs;
  }

  monotonicMs(): number {
    return this.timeMs;
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer = { dueMs: this.timeMs + Math.max(0, delayMs), order: this.order++, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves time forward by `byMs`, firing every timer that falls due on the way, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.timeMs + byMs;
    for (;;) {
      const next = this.timers
        .filter((timer) => timer.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.timeMs = Math.max(this.timeMs, next.dueMs);
      next.run();
    }
    this.timeMs = untilMs;
  }
}
