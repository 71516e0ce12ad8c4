import { factId, factSubject, factWithoutWords } from '@parley/contracts';
import type { CallFact, FactBody } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';

/** Where facts are kept for good. A `tell` that resolves has been stored. */
export interface FactTeller {
  tell(subject: string, msgId: string, payload: unknown): Promise<unknown>;
}

/** Which stint of which call the facts are of. */
export interface StintKey {
  readonly userId: string;
  readonly callId: string;
  readonly stint: number;
  /** True for a call of which no words are kept: its facts are told without. */
  readonly keepsNoWords?: boolean;
}

const retryAfterMs = 250;
const maxRetryAfterMs = 2_000;

/**
 * The facts of one stint on their way to the stream: counted from 1, told in order, each kept until it is stored. While
 * the stream is away they wait, at most `maxFacts`: then the oldest `turn_metrics` is dropped first, and only without
 * any the oldest of all (its number stays missing, which the reader closes as a gap).
 */
export class FactBuffer {
  private readonly waiting: CallFact[] = [];
  private lastN = 0;
  private running = false;
  private closed = false;
  private failures = 0;
  private cancelRetry: CancelTimer | undefined;
  private idle: (() => void)[] = [];
  dropped = 0;

  constructor(
    private readonly key: StintKey,
    private readonly teller: FactTeller,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly maxFacts = 2_000,
  ) {}

  add(body: FactBody): void {
    if (this.closed) return;
    if (this.waiting.length >= this.maxFacts) this.dropOne();
    const { userId, callId, stint, keepsNoWords = false } = this.key;
    this.lastN += 1;
    this.waiting.push({
      user_id: userId,
      call_id: callId,
      stint,
      n: this.lastN,
      at_ms: this.clock.nowMs(),
      body: keepsNoWords ? factWithoutWords(body) : body,
    });
    if (!this.running && !this.cancelRetry) void this.run();
  }

  /** Resolves when all facts are stored, or after `timeoutMs`. Gives whether they are. */
  async flushed(timeoutMs: number): Promise<boolean> {
    if (this.waiting.length === 0) return true;
    let cancel: CancelTimer | undefined;
    await new Promise<void>((resolve) => {
      this.idle.push(resolve);
      cancel = this.clock.after(timeoutMs, resolve);
    });
    cancel?.();
    return this.waiting.length === 0;
  }

  /** Gives up what is still unstored. */
  close(): void {
    this.closed = true;
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    if (this.waiting.length > 0) this.logger.error({ facts: this.waiting.length }, 'facts given up unstored');
    this.waiting.length = 0;
  }

  private async run(): Promise<void> {
    this.running = true;
    this.cancelRetry = undefined;
    for (;;) {
      const fact = this.waiting[0];
      if (!fact) break;
      const stored = await this.store(fact);
      if (!stored) {
        this.running = false;
        this.retryLater();
        return;
      }
      // A fact may have been dropped, or all given up, meanwhile.
      if (this.waiting[0] === fact) this.waiting.shift();
    }
    this.running = false;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private async store(fact: CallFact): Promise<boolean> {
    try {
      await this.teller.tell(factSubject(fact.call_id), factId(fact), fact);
      this.failures = 0;
      return true;
    } catch (error) {
      const isHopeless = AppError.is(error) && !error.retryable;
      if (this.failures === 0 || isHopeless) {
        this.logger.warn({ err: error, n: fact.n, type: fact.body.type }, 'fact not stored');
      }
      this.failures += 1;
      return isHopeless;
    }
  }

  private retryLater(): void {
    if (this.closed) return;
    const delayMs = Math.min(maxRetryAfterMs, retryAfterMs * 2 ** Math.min(this.failures - 1, 5));
    this.cancelRetry = this.clock.after(delayMs, () => void this.run());
  }

  private dropOne(): void {
    // The first one may be on its way.
    const metrics = this.waiting.findIndex((fact, index) => index > 0 && fact.body.type === 'turn_metrics');
    this.waiting.splice(metrics > 0 ? metrics : Math.min(1, this.waiting.length - 1), 1);
    this.dropped += 1;
    if (this.dropped === 1) this.logger.error({ waiting: this.waiting.length }, 'fact buffer full');
  }
}
