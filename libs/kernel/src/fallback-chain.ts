import type { AppError } from './app-error';
import type { CircuitBreaker } from './circuit-breaker';

/** One provider of a chain. The breaker is shared by all who use it with the same account. */
export interface ChainLink<P> {
  readonly name: string;
  readonly provider: P;
  readonly breaker: CircuitBreaker;
}

/** That another provider has taken over. `error`: why; null when it was known to fail before this call. */
export interface ProviderSwitch {
  readonly from: string;
  readonly to: string;
  readonly error: AppError | null;
}

/**
 * Several providers of one kind for one call, in the order in which they are tried. The one that took over stays for the
 * rest of the call. A request that finds fault with itself (`invalid`) moves this call on, and no other.
 */
export class FallbackChain<P> {
  private at: number;

  /** Begins with the first that is not known to fail, or that is due for a probe. `links`: at least one. */
  constructor(
    private readonly links: readonly ChainLink<P>[],
    private readonly onSwitch: (taken: ProviderSwitch) => void,
  ) {
    const usable = links.findIndex(({ breaker }) => !breaker.isOpen || breaker.takesProbe());
    this.at = Math.max(0, usable);
    if (this.at > 0) this.tell(0, null);
  }

  /** Who plays the role at present. */
  get current(): ChainLink<P> {
    return this.linkAt(this.at);
  }

  /** Whether anybody could take over. */
  get hasOthers(): boolean {
    return this.links.length > 1;
  }

  /** Whether somebody is left for a request that has been tried with these. */
  hasNext(tried: ReadonlySet<ChainLink<P>>): boolean {
    return this.links.some((link) => !tried.has(link));
  }

  /** The current one has given something. */
  succeeded(link: ChainLink<P>): void {
    link.breaker.succeeded();
  }

  /**
   * A link has failed, for good as far as this request goes. Moves on to the next that was not `tried`, one that is not
   * known to fail if there is any; undefined, and all stays as it is, when none is left.
   */
  failed(link: ChainLink<P>, error: AppError, tried: ReadonlySet<ChainLink<P>>): ChainLink<P> | undefined {
    if (error.kind !== 'invalid') link.breaker.failed(!error.retryable);
    const from = this.links.indexOf(link);
    const others = this.links
      .map((_, step) => (from + step) % this.links.length)
      .filter((index) => index !== from && !tried.has(this.linkAt(index)));
    const next = others.find((index) => !this.linkAt(index).breaker.isOpen) ?? others[0];
    if (next === undefined) return undefined;
    // Another request of the same call may have moved on already.
    if (this.at === from) {
      this.at = next;
      this.tell(from, error);
    }
    return this.linkAt(next);
  }

  private tell(from: number, error: AppError | null): void {
    this.onSwitch({ from: this.linkAt(from).name, to: this.current.name, error });
  }

  private linkAt(index: number): ChainLink<P> {
    const link = this.links[index];
    if (!link) throw new RangeError('a chain without links');
    return link;
  }
}
