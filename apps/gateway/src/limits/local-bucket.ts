import { bucketCapacity } from '@parley/contracts';
import type { Clock } from '@parley/kernel';
import type { Verdict } from './leased-bucket';

/** A bucket of this process alone, as large and as fast as a shared one. */
export class LocalBucket {
  private readonly capacity: number;
  private tokens: number;
  private filledAtMs: number;

  constructor(
    private readonly limitPerMinute: number,
    private readonly clock: Clock,
  ) {
    this.capacity = bucketCapacity(limitPerMinute);
    this.tokens = this.capacity;
    this.filledAtMs = clock.monotonicMs();
  }

  take(): Verdict {
    const nowMs = this.clock.monotonicMs();
    const gained = ((nowMs - this.filledAtMs) * this.limitPerMinute) / 60_000;
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) {
      return { passes: false, retryAfterMs: ((1 - this.tokens) * 60_000) / this.limitPerMinute };
    }
    this.tokens -= 1;
    return { passes: true };
  }
}
