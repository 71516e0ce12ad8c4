import type { LanguageModel, ReplyEvent, ReplyRequest } from '@parley/conversation';
import { AppError, FallbackChain, timedAttempt } from '@parley/kernel';
import type { ChainLink, Clock } from '@parley/kernel';

/** A model as one call asks for it: null takes the provider's own default. */
export interface ModelUse {
  readonly provider: LanguageModel;
  readonly model: string | null;
}

export interface FallbackModelOptions {
  readonly clock: Clock;
  /** How long one model may be silent while another could answer. */
  readonly patienceMs?: number;
  /** Whether a reply without a word is an answer; else another model is asked. */
  readonly takesSilence?: boolean;
}

/** A fault that comes sooner is worth a second try with the same model. */
const quickFaultMs = 300;
const defaultPatienceMs = 1_200;

/**
 * Asks the models of a chain, one after the other, until one gives something. A request of which something was given
 * already is not asked again: it fails, and the next one goes to the next model. The last one left is not hurried.
 */
export class FallbackModel implements LanguageModel {
  private readonly clock: Clock;
  private readonly patienceMs: number;
  private readonly takesSilence: boolean;

  constructor(
    private readonly chain: FallbackChain<ModelUse>,
    options: FallbackModelOptions,
  ) {
    this.clock = options.clock;
    this.patienceMs = options.patienceMs ?? defaultPatienceMs;
    this.takesSilence = options.takesSilence ?? false;
  }

  get name(): string {
    return this.chain.current.name;
  }

  async *reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    const tried = new Set<ChainLink<ModelUse>>();
    for (let link = this.chain.current; ;) {
      tried.add(link);
      const begin = { given: false, atMs: this.clock.monotonicMs() };
      try {
        yield* this.attempt(link, request, signal, tried, begin);
        return;
      } catch (thrown) {
        const error = AppError.from(thrown);
        const next = this.chain.failed(link, error, tried);
        if (begin.given || !next) throw error;
        link = next;
      }
    }
  }

  warm(): void {
    this.chain.current.provider.provider.warm();
  }

  private async *attempt(
    link: ChainLink<ModelUse>,
    request: ReplyRequest,
    signal: AbortSignal,
    tried: ReadonlySet<ChainLink<ModelUse>>,
    begin: { given: boolean; readonly atMs: number },
  ): AsyncGenerator<ReplyEvent> {
    const { provider, model } = link.provider;
    const asked = { ...request, model };
    for (let attempt = 1; ; attempt += 1) {
      const usedMs = this.clock.monotonicMs() - begin.atMs;
      const patience = { clock: this.clock, signal, stallMs: this.patienceMs, makeError: late };
      const events = this.chain.hasNext(tried)
        ? timedAttempt((own) => provider.reply(asked, own), {
            ...patience,
            firstMs: this.patienceMs - usedMs,
          })
        : provider.reply(asked, signal);
      try {
        for await (const event of events) {
          const isEmpty = event.type === 'finished' && !begin.given && !this.takesSilence;
          if (isEmpty && this.chain.hasNext(tried)) throw empty();
          const isSignOfLife = event.type === 'text' && event.text === '';
          if (!begin.given && !isSignOfLife) this.chain.succeeded(link);
          begin.given ||= !isSignOfLife;
          yield event;
        }
        return;
      } catch (error) {
        const tookMs = this.clock.monotonicMs() - begin.atMs;
        const { kind } = AppError.from(error);
        if (begin.given || attempt > 1 || kind !== 'unavailable' || tookMs > quickFaultMs) throw error;
      }
    }
  }
}

function empty(): AppError {
  return new AppError('unavailable', 'MODEL.EMPTY', 'The model gave an empty reply.');
}

function late(began: boolean): AppError {
  return began
    ? new AppError('timeout', 'MODEL.STALLED', 'The model stopped in the middle of its reply.')
    : new AppError('timeout', 'MODEL.TIMEOUT', 'The model gave no sign of life in time.');
}
