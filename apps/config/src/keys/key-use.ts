import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';

const everyMs = 10_000;

export interface KeyUseOptions {
  /** Stores when keys were last used, where that is news. */
  readonly store: (usedAtMs: ReadonlyMap<string, number>) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Collects which keys were used and stores that every 10 s, off the requests' path. It holds no more than the keys that
 * exist. When the process dies, the last 10 s of use go unnoted; what cannot be stored is tried again with the rest.
 */
export class KeyUse {
  private usedAtMs = new Map<string, number>();
  private cancel: CancelTimer | undefined;
  private running = Promise.resolve();
  private closed = false;

  constructor(private readonly options: KeyUseOptions) {}

  note(keyId: string): void {
    this.usedAtMs.set(keyId, this.options.clock.nowMs());
  }

  start(): void {
    if (this.closed) return;
    this.cancel = this.options.clock.after(everyMs, () => {
      this.running = this.flush().then(() => this.start());
    });
  }

  /** Stores what is left. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancel?.();
    await this.running;
    await this.flush();
  }

  private async flush(): Promise<void> {
    const taken = this.usedAtMs;
    if (taken.size === 0) return;
    this.usedAtMs = new Map();
    try {
      await this.options.store(taken);
    } catch (error) {
      this.usedAtMs = new Map([...taken, ...this.usedAtMs]);
      this.options.logger.warn({ err: error }, 'the last use of keys could not be stored');
    }
  }
}
