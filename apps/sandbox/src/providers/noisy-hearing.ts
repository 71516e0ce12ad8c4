import { draw } from '../faults';
import type { Journal, TranscriberEntries } from '../journal';
import type { TranscriberNoise } from '../script';

/** What a word is misheard as until its segment is settled. */
export const MISHEARD = 'hmm';
/** A false end comes after so many words of a turn, and up to two more. */
const FALSE_END_FROM_WORDS = 2;

/** What of a session's hearing goes wrong. Without `noise` nothing does. Turns count from 0. */
export class NoisyHearing {
  private messages = 0;

  constructor(
    private readonly noise: TranscriberNoise | undefined,
    private readonly session: number,
    private readonly journal: Journal<TranscriberEntries>,
  ) {}

  /** After how many words of this turn its end is wrongly taken for near; null: not in this turn. */
  falseEagerEndAfter(turn: number): number | null {
    if (!this.noise || this.draw('eager', turn) >= this.noise.falseEagerEnds) return null;
    return FALSE_END_FROM_WORDS + Math.floor(this.draw('eager_words', turn) * 3);
  }

  noteFalseEagerEnd(turn: number): void {
    this.journal.write('noise', { session: this.session, error: 'false_eager_end', turn });
  }

  /** Whether, before the final, the newest word of a turn that has so many is another one. */
  revisesWord(turn: number, words: number): boolean {
    if (!this.noise || this.draw(`revised.${turn}`, words) >= this.noise.revisedWords) return false;
    this.journal.write('noise', { session: this.session, error: 'revised_word', turn });
    return true;
  }

  /** How much later the next message comes. */
  messageDelayMs(): number {
    if (!this.noise) return 0;
    const { medianMs, sigma } = this.noise.delay;
    const at = this.messages++;
    return medianMs * Math.exp(sigma * normal(this.draw('delay', at), this.draw('delay_angle', at)));
  }

  /** How much later the end of this turn comes, beside what every message does. */
  finalDelayMs(turn: number): number {
    if (!this.noise || this.draw('final', turn) >= this.noise.lateFinals) return 0;
    this.journal.write('noise', { session: this.session, error: 'late_final', turn });
    return this.noise.lateFinalMs;
  }

  private draw(what: string, at: number): number {
    return draw(this.noise?.seed ?? 0, `${what}.${this.session}`, at);
  }
}

/** A normally distributed number out of two uniform ones (Box-Muller). */
function normal(radius: number, angle: number): number {
  return Math.sqrt(-2 * Math.log(1 - radius)) * Math.cos(2 * Math.PI * angle);
}
