import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { AppError, FallbackChain, timedAttempt } from '@parley/kernel';
import type { ChainLink, Clock } from '@parley/kernel';
import { SpokenText } from './spoken-text';

/** A synthesizer as one call asks it: null takes the voice that is asked for. */
export interface VoiceUse {
  readonly provider: Synthesizer;
  readonly voice: VoiceSettings | null;
}

export interface FallbackSynthesizerOptions {
  readonly clock: Clock;
  /** How long one voice may be silent while another could speak. */
  readonly patienceMs?: number;
}

/** A fault that comes sooner is worth a second try with the same voice. */
const quickFaultMs = 300;
const defaultPatienceMs = 1_000;

/**
 * Has a text spoken by the first voice of a chain that does. When one breaks off in the middle, the next one says the
 * rest, from the word in which it broke off; where the vendor told no times, some words before that may come twice. The
 * last one left is not hurried.
 */
export class FallbackSynthesizer implements Synthesizer {
  private readonly clock: Clock;
  private readonly patienceMs: number;

  constructor(
    private readonly chain: FallbackChain<VoiceUse>,
    options: FallbackSynthesizerOptions,
  ) {
    this.clock = options.clock;
    this.patienceMs = options.patienceMs ?? defaultPatienceMs;
  }

  get name(): string {
    return this.chain.current.name;
  }

  async *speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    const spoken = new SpokenText(text);
    const tried = new Set<ChainLink<VoiceUse>>();
    for (let link = this.chain.current; ;) {
      tried.add(link);
      try {
        yield* this.attempt(link, spoken, voice, signal, tried);
        return;
      } catch (thrown) {
        const error = AppError.from(thrown);
        const next = this.chain.failed(link, error, tried);
        if (!next) throw error;
        if (spoken.isWhole) return;
        link = next;
      }
    }
  }

  warm(voice?: VoiceSettings): void {
    const { provider, voice: own } = this.chain.current.provider;
    provider.warm(own ?? voice);
  }

  private async *attempt(
    link: ChainLink<VoiceUse>,
    spoken: SpokenText,
    voice: VoiceSettings,
    signal: AbortSignal,
    tried: ReadonlySet<ChainLink<VoiceUse>>,
  ): AsyncGenerator<SpeechPiece> {
    const { provider, voice: own } = link.provider;
    const beganAtMs = this.clock.monotonicMs();
    for (let attempt = 1, given = false; ; attempt += 1) {
      const speak = (until: AbortSignal) => provider.speak(spoken.begin(), own ?? voice, until);
      const patience = { clock: this.clock, signal, stallMs: this.patienceMs, makeError: late };
      const firstMs = this.patienceMs - (this.clock.monotonicMs() - beganAtMs);
      const pieces = this.chain.hasNext(tried)
        ? timedAttempt(speak, { ...patience, firstMs })
        : speak(signal);
      try {
        for await (const piece of pieces) {
          if (piece.type === 'audio' && !given) {
            given = true;
            this.chain.succeeded(link);
          }
          const taken = spoken.take(piece);
          if (taken) yield taken;
        }
        return;
      } catch (error) {
        const { kind } = AppError.from(error);
        const tookMs = this.clock.monotonicMs() - beganAtMs;
        if (given || attempt > 1 || kind !== 'unavailable' || tookMs > quickFaultMs) throw error;
      }
    }
  }
}

function late(began: boolean): AppError {
  return began
    ? new AppError('timeout', 'SYNTHESIZER.STALLED', 'The speech broke off.')
    : new AppError('timeout', 'SYNTHESIZER.TIMEOUT', 'No speech came in time.');
}
