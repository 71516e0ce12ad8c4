import type { Clock } from './clock';

export interface CircuitBreakerOptions {
  /** So many failures in a row open it. */
  readonly failures?: number;
  /** How long nobody tries; then one does, and its outcome counts. */
  readonly openMs?: number;
}

/**
 * Remembers for all calls of a process that a provider fails, so that not each of them waits for it in vain. Open after
 * some failures in a row; from time to time one caller is let through as a probe, whose success closes it again.
 */
export class CircuitBreaker {
  private failures = 0;
  private nextProbeAtMs: number | undefined;
  private readonly mostFailures: number;
  private readonly openMs: number;

  constructor(
    private readonly clock: Clock,
    options: CircuitBreakerOptions = {},
  ) {
    this.mostFailures = options.failures ?? 2;
    this.openMs = options.openMs ?? 15_000;
  }

  get isOpen(): boolean {
    return this.nextProbeAtMs !== undefined;
  }

  /** True when it is open and nobody has tried for a while: the one who is told so is the probe. */
  takesProbe(): boolean {
    const nowMs = this.clock.monotonicMs();
    if (this.nextProbeAtMs === undefined || nowMs < this.nextProbeAtMs) return false;
    this.nextProbeAtMs = nowMs + this.openMs;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.nextProbeAtMs = undefined;
  }

  /** `isSure`: the next request would fail likewise, so that one failure is enough. */
  failed(isSure: boolean): void {
    this.failures += 1;
    if (!isSure && !this.isOpen && this.failures < this.mostFailures) return;
    this.nextProbeAtMs = this.clock.monotonicMs() + this.openMs;
  }
}
