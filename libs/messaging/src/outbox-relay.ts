import type { Clock } from '@parley/kernel';
import type { Logger } from './logger';
import type { OutboxLeadership, OutboxMessage, OutboxStore } from './outbox-store.port';
import type { RelayHints } from './relay-hints';
import type { Teller } from './teller';

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  readonly teller: Pick<Teller, 'tell'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets a process that is not the leader wake the one that is. Without it that one finds rows at its next poll. */
  readonly hints?: RelayHints;
  /** The longest that a committed row waits to be found without a `wake`. 500 by default. */
  readonly pollMs?: number;
  readonly batchSize?: number;
  /** How long published rows are kept for whoever wants to look. 24 hours by default. */
  readonly keepPublishedMs?: number;
}

const firstBackoffMs = 50;
const maxBackoffMs = 5_000;
const pruneEveryMs = 60_000;
const pruneLimit = 5_000;

/**
 * Publishes an outbox: committed rows, in insertion order, one after the other, each under its own id as message id. Of
 * all processes with the same store one does it at a time. A row that cannot be published stops the line, for order is
 * worth more than progress; it is tried again with a growing delay, and the log says so once. A crash between publishing
 * and marking publishes again; the stream drops that by its id.
 */
export class OutboxRelay {
  private readonly pollMs: number;
  private readonly batchSize: number;
  private leadership: OutboxLeadership | undefined;
  private running: Promise<void> | undefined;
  private stopListening: (() => void) | undefined;
  private closed = false;
  private wakes = 0;
  private endRest: (() => void) | undefined;
  private failures = 0;
  private prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: OutboxRelayOptions) {
    this.pollMs = options.pollMs ?? 500;
    this.batchSize = options.batchSize ?? 100;
  }

  start(): void {
    if (this.running) return;
    this.stopListening = this.options.hints?.listen(() => this.wakeHere());
    this.running = this.run();
  }

  /** Call after a commit that wrote to the outbox: the relay then publishes at once. A hint, never needed for truth. */
  wake(): void {
    if (this.closed) return;
    if (!this.leadership) this.options.hints?.send();
    this.wakeHere();
  }

  /** Finishes the message being published, marks what was published, and gives the leadership up. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopListening?.();
    this.endRest?.();
    await this.running;
  }

  private wakeHere(): void {
    this.wakes += 1;
    if (this.failures === 0) this.endRest?.();
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      const wakes = this.wakes;
      try {
        const more = await this.round();
        this.recovered();
        if (!more && wakes === this.wakes) await this.rest(this.pollMs);
      } catch (error) {
        await this.failed(error);
      }
    }
    await this.resign();
  }

  /** One look at the outbox; true when there may be more to do at once. */
  private async round(): Promise<boolean> {
    this.leadership ??= await this.options.store.lead();
    const { leadership } = this;
    if (!leadership) return false;
    const messages = await this.fromStore(() => leadership.next(this.batchSize));
    await this.publish(leadership, messages);
    if (messages.length === 0) await this.prune(leadership);
    return messages.length === this.batchSize;
  }

  private async publish(leadership: OutboxLeadership, messages: readonly OutboxMessage[]): Promise<void> {
    const published: string[] = [];
    try {
      for (const { id, subject, payload } of messages) {
        if (this.closed) break;
        await this.options.teller.tell(subject, id, payload);
        published.push(id);
      }
    } finally {
      if (published.length > 0) await this.fromStore(() => leadership.markPublished(published));
    }
  }

  private async prune(leadership: OutboxLeadership): Promise<void> {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs - this.prunedAtMs < pruneEveryMs) return;
    const keepMs = this.options.keepPublishedMs ?? 24 * 60 * 60 * 1_000;
    const pruned = await this.fromStore(() => leadership.prune(keepMs, pruneLimit));
    // A full helping means there is more: come back at the next idle round.
    if (pruned < pruneLimit) this.prunedAtMs = nowMs;
  }

  /** A store that fails may have lost the lock that makes this process the leader; ask for it anew. */
  private async fromStore<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.resign();
      throw error;
    }
  }

  private async resign(): Promise<void> {
    const { leadership } = this;
    this.leadership = undefined;
    await leadership?.release().catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'outbox leadership could not be given up cleanly');
    });
  }

  private recovered(): void {
    if (this.failures > 0) this.options.logger.info({ failures: this.failures }, 'outbox publishes again');
    this.failures = 0;
  }

  private async failed(error: unknown): Promise<void> {
    this.failures += 1;
    if (this.failures === 1) this.options.logger.warn({ err: error }, 'outbox stopped; trying again');
    await this.rest(Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(this.failures - 1, 10)));
  }

  private rest(forMs: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(forMs, () => this.endRest?.());
      this.endRest = () => {
        this.endRest = undefined;
        cancel();
        resolve();
      };
    });
  }
}
