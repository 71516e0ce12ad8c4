import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';

const everyMs = 60_000;
/** For as long as this a repeat of a command gets the first one's answer. */
export const keepCommandsMs = 24 * 60 * 60_000;

export interface CommandPrunerOptions {
  /** Forgets some of the commands that are older; gives how many. */
  readonly prune: (olderThanMs: number) => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Forgets old commands once a minute, so that their results do not pile up. One failing is logged and tried again. */
export class CommandPruner {
  private cancel: CancelTimer | undefined;
  private running = Promise.resolve();
  private closed = false;

  constructor(private readonly options: CommandPrunerOptions) {}

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
    try {
      const count = await this.options.prune(keepCommandsMs);
      this.options.logger.debug({ count }, 'pruned commands');
    } catch (error) {
      this.options.logger.warn({ err: error }, 'commands could not be pruned');
    }
  }
}
