import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/messaging';

const everyMs = 60_000;

export interface PrunerOptions {
  /** What is pruned, for the log. */
  readonly what: string;
  /** Forgets some of what is too old; gives how much. */
  readonly prune: () => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Forgets what is too old once a minute, so that it does not pile up. One failing is logged and tried again. */
export class Pruner {
  private cancel: CancelTimer | undefined;
  private running = Promise.resolve();
  private closed = false;

  constructor(private readonly options: PrunerOptions) {}

  start(): void {
    if (this.closed) return;
    this.cancel = this.options.clock.after(everyMs, () => {
      this.running = this.run().then(() => this.start());
    });
  }

  /** Waits for a run under way. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancel?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { what, prune, logger } = this.options;
    try {
      logger.debug({ what, count: await prune() }, 'pruned');
    } catch (error) {
      logger.warn({ err: error, what }, 'could not prune');
    }
  }
}
