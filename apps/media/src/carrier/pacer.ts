import type { CancelTimer, Clock } from '@parley/kernel';

/** Something that sends a little whenever the pacer comes by. */
export interface Paced {
  /** `false`: nothing is left to send, so it need not come by again. */
  pump(nowMs: number): boolean;
}

const tickMs = 20;

/**
 * The process's one timer for outgoing audio, for all calls together. Ticks keep to multiples of 20 ms of the
 * monotonic clock, however late single ones are; with nothing to send there is no timer.
 */
export class Pacer {
  private readonly active = new Set<Paced>();
  private cancel: CancelTimer | undefined;
  private dueMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Has `paced` pumped at every tick until it says that it is done. */
  add(paced: Paced): void {
    this.active.add(paced);
    if (this.cancel) return;
    this.dueMs = this.clock.monotonicMs() + tickMs;
    this.schedule();
  }

  remove(paced: Paced): void {
    this.active.delete(paced);
  }

  close(): void {
    this.active.clear();
    this.cancel?.();
    this.cancel = undefined;
  }

  private schedule(): void {
    this.cancel = this.clock.after(Math.max(0, this.dueMs - this.clock.monotonicMs()), () => this.tick());
  }

  private tick(): void {
    const nowMs = this.clock.monotonicMs();
    for (const paced of this.active) if (!paced.pump(nowMs)) this.active.delete(paced);
    if (this.active.size === 0) {
      this.cancel = undefined;
      return;
    }
    // Ticks that were missed are not made up for: the next pump sends all that is due by then.
    while (this.dueMs <= nowMs) this.dueMs += tickMs;
    this.schedule();
  }
}
