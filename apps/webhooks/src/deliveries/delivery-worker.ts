import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { ClaimedDelivery, ClaimOptions } from './delivery.store';

export interface DeliveryWorkerOptions {
  readonly store: { claim(options: ClaimOptions): Promise<ClaimedDelivery[]> };
  readonly attempt: { run(claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Longer than an attempt can take. */
  readonly leaseMs: number;
  /** Under way in this process; what is due beyond it waits in the database. */
  readonly maxInFlight: number;
  readonly maxInFlightPerEndpoint: number;
  readonly pollMs: number;
  /** How long `close` lets attempts finish before it breaks them off. */
  readonly drainMs: number;
}

/**
 * Keeps attempts going: claims what is due when woken, when an attempt ends, and every `pollMs`. Any number of workers, in
 * any number of processes, share the queue.
 */
export class DeliveryWorker {
  private readonly inFlight = new Set<Promise<void>>();
  private readonly breakOff = new AbortController();
  private running: Promise<void> | undefined;
  private closing = false;
  private woken = false;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly options: DeliveryWorkerOptions) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** There may be something to do. */
  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Claims nothing more, lets attempts finish for a while, then breaks them off and gives their leases back. */
  async close(): Promise<void> {
    this.closing = true;
    this.wake();
    await this.running;
    const cancelTimer = this.options.clock.after(this.options.drainMs, () => this.breakOff.abort());
    await Promise.all(this.inFlight);
    cancelTimer();
  }

  private async loop(): Promise<void> {
    while (!this.closing) {
      this.woken = false;
      const more = await this.claimAndStart();
      if (!more) await this.sleep();
    }
  }

  /** True when there may be more to claim at once: behind what was claimed, or since. */
  private async claimAndStart(): Promise<boolean> {
    const { store, maxInFlight, leaseMs, maxInFlightPerEndpoint, logger } = this.options;
    const limit = maxInFlight - this.inFlight.size;
    if (limit <= 0) return false;
    try {
      const claimed = await store.claim({ limit, leaseMs, maxInFlightPerEndpoint });
      for (const delivery of claimed) this.begin(delivery);
      return claimed.length > 0 || this.woken;
    } catch (error) {
      logger.error({ err: error }, 'deliveries could not be claimed; trying again');
      return false;
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    const { attempt, logger } = this.options;
    const running = attempt
      .run(delivery, this.breakOff.signal)
      .catch((error: unknown) => {
        // The lease runs out, and the delivery is attempted again.
        logger.error({ err: error, eventId: delivery.event.eventId }, 'attempt could not be recorded');
      })
      .finally(() => {
        this.inFlight.delete(running);
        this.wake();
      });
    this.inFlight.add(running);
  }

  private async sleep(): Promise<void> {
    let cancelTimer: CancelTimer | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      cancelTimer = this.options.clock.after(this.options.pollMs, resolve);
    });
    cancelTimer?.();
    this.wakeUp = undefined;
  }
}
