import { bucketCapacity } from '@parley/contracts';
import type { Clock } from '@parley/kernel';
import { AppError, RecentMap } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { Lease, LeasedBucket, Verdict } from './leased-bucket';
import { LocalBucket } from './local-bucket';

const retryLeasesAfterMs = 1_000;
const maxBuckets = 10_000;

export interface RateLimiterOptions {
  readonly lease: Lease;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Holds requests to a limit that all gateways share, by leasing tokens from config (`TokenBuckets` there says why at
 * most 10 % more than the limit pass in any minute).
 *
 * While config does not answer, a bucket of this gateway's own with the same limit decides. To refuse everybody would
 * turn a loss of the limits into a loss of the service, carried by clients that did nothing wrong; to let everybody
 * pass would make an outage the moment to guess keys. N gateways then let N times the limit pass, at most. Config is
 * asked again a second later.
 *
 * It remembers 10,000 buckets. One more displaces the oldest, whose leased tokens are lost: that makes it stricter.
 */
export class RateLimiter {
  private readonly buckets = new RecentMap<
    string,
    { shared: LeasedBucket; local: LocalBucket; limit: number }
  >(maxBuckets);
  private unreachableUntilMs = 0;

  constructor(private readonly options: RateLimiterOptions) {}

  /**
   * Takes one token out of `bucket`, which is refilled with `limitPerMinute`; 0 is no limit.
   * @throws {LIMIT.REACHED} with `retryAfterMs` in its details.
   */
  async take(bucket: string, limitPerMinute: number): Promise<void> {
    if (limitPerMinute === 0) return;
    const { shared, local } = this.bucketOf(bucket, limitPerMinute);
    const isReachable = this.options.clock.monotonicMs() >= this.unreachableUntilMs;
    const verdict = isReachable ? await shared.take() : local.take();
    if (!verdict.passes) throw limitReached(limitPerMinute, verdict.retryAfterMs);
  }

  private bucketOf(name: string, limit: number): { shared: LeasedBucket; local: LocalBucket } {
    const before = this.buckets.get(name);
    if (before?.limit === limit) return before;
    const { lease, clock } = this.options;
    const local = new LocalBucket(limit, clock);
    const onUnreachable = (error: unknown): Verdict => {
      this.noteUnreachable(error);
      return local.take();
    };
    const made = { limit, local, shared: new LeasedBucket(name, limit, { lease, clock, onUnreachable }) };
    this.buckets.set(name, made);
    return made;
  }

  private noteUnreachable(error: unknown): void {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs < this.unreachableUntilMs) return;
    this.unreachableUntilMs = nowMs + retryLeasesAfterMs;
    this.options.logger.warn({ err: error }, 'limits cannot be shared now: each gateway limits by itself');
  }
}

function limitReached(limitPerMinute: number, retryAfterMs: number): AppError {
  const atOnce = Math.floor(bucketCapacity(limitPerMinute));
  return new AppError(
    'rate_limited',
    'LIMIT.REACHED',
    `Too many requests: ${limitPerMinute} a minute may come, ${atOnce} of them at once. Please try again later.`,
    { details: { retryAfterMs: Math.ceil(retryAfterMs) } },
  );
}
