import type { CancelTimer, Clock } from '@parley/kernel';

/** Runs the steps of one answer at their times, until it is stopped. */
export class AnswerTimer {
  private cancel: CancelTimer | undefined;
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  /** Runs `step` in `delayMs`. One step waits at a time. */
  next(delayMs: number, step: () => void): void {
    this.cancel?.();
    if (this.stopped) return;
    this.cancel = this.clock.after(delayMs, () => {
      this.cancel = undefined;
      step();
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
  }
}
