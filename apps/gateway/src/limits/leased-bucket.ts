import type { leaseTokens } from '@parley/contracts';
import type { Clock } from '@parley/kernel';
import type { z } from 'zod';

/** Granted tokens are spent within this time after they were asked for, or not at all; see `leaseTokens`. */
const leaseMs = 1_000;
/** So long, at least and at most, an empty shared bucket is not asked again. */
const minHoldMs = 50;
const maxHoldMs = 1_000;

export type Lease = (
  request: z.input<typeof leaseTokens.request>,
) => Promise<z.output<typeof leaseTokens.response>>;

/** Whether a request may pass; if not, when it is worth another try. */
export type Verdict = { readonly passes: true } | { readonly passes: false; readonly retryAfterMs: number };

const passes: Verdict = { passes: true };

/**
 * This gateway's share of one bucket: tokens that it leased out of the one that all gateways share. It asks for what is
 * waited for and for some ahead, as many as lately were used up before they lapsed, a quarter of a second's at most; so
 * a busy gateway asks a few times a second, and an idle one wastes nothing.
 */
export class LeasedBucket {
  private tokens = 0;
  private tokensUntilMs = 0;
  private emptyUntilMs = 0;
  private ahead = 0;
  private waiting: ((verdict: Verdict | Promise<Verdict>) => void)[] = [];

  constructor(
    private readonly name: string,
    private readonly limitPerMinute: number,
    private readonly parts: {
      readonly lease: Lease;
      readonly clock: Clock;
      /** Decides in the place of the shared bucket while that cannot be asked. */
      readonly onUnreachable: (error: unknown) => Verdict;
    },
  ) {}

  take(): Verdict | Promise<Verdict> {
    const nowMs = this.parts.clock.monotonicMs();
    if (this.tokens > 0 && nowMs < this.tokensUntilMs) {
      this.tokens -= 1;
      return passes;
    }
    if (nowMs < this.emptyUntilMs) return { passes: false, retryAfterMs: this.emptyUntilMs - nowMs };
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      // Whoever comes while it is being asked waits for the next answer.
      if (this.waiting.length === 1) void this.askUntilNobodyWaits();
    });
  }

  private async askUntilNobodyWaits(): Promise<void> {
    while (this.waiting.length > 0) await this.askOnce();
  }

  private async askOnce(): Promise<void> {
    const { clock, lease } = this.parts;
    const askedAtMs = clock.monotonicMs();
    this.ahead = this.nextAhead(askedAtMs);
    const wanted = this.waiting.length + this.ahead;
    try {
      const { granted, retry_after_ms } = await lease({
        bucket: this.name,
        limit_per_minute: this.limitPerMinute,
        wanted,
      });
      if (clock.monotonicMs() >= askedAtMs + leaseMs) throw new Error('the lease came too late');
      this.tokens = granted;
      this.tokensUntilMs = askedAtMs + leaseMs;
      this.spend();
      if (granted < wanted) this.refuse(Math.max(retry_after_ms, 60_000 / this.limitPerMinute));
    } catch (error) {
      for (const resolve of this.waiting.splice(0)) resolve(this.parts.onUnreachable(error));
    }
  }

  private nextAhead(nowMs: number): number {
    if (this.tokens > 0) return Math.floor(this.ahead / 2);
    if (nowMs >= this.tokensUntilMs) return this.ahead;
    return Math.min(this.ahead * 2 + 1, Math.floor(this.limitPerMinute / 240));
  }

  private spend(): void {
    const served = this.waiting.splice(0, this.tokens);
    this.tokens -= served.length;
    for (const resolve of served) resolve(passes);
  }

  private refuse(retryAfterMs: number): void {
    const holdMs = Math.min(maxHoldMs, Math.max(minHoldMs, retryAfterMs));
    this.emptyUntilMs = this.parts.clock.monotonicMs() + holdMs;
    for (const resolve of this.waiting.splice(0)) resolve({ passes: false, retryAfterMs });
  }
}
