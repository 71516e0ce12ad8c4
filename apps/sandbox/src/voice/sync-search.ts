import { HOPS_PER_SYMBOL } from './tone-bank';
import { SYNC_SYMBOLS } from './word-frame';

const TONE_COUNT = 8;
const HISTORY_HOPS = HOPS_PER_SYMBOL * (SYNC_SYMBOLS.length - 1) + 1;
/** Tones weaker than this (-58 dB of full scale) are nobody's. */
const LEAST_AMPLITUDE = 40;
/** The loudest wrong tone may have this part of the right one in each symbol of a sync. */
const MOST_IMPURITY = 0.35;
/** The same tone group may differ by this factor between the symbols of a sync, and the two groups by the next one. */
const MOST_UNEVEN = 1.6;
const MOST_TILT = 2.5;
/** How many hops after the first fit a better fit is looked for. */
const LOOK_ON_HOPS = 6;

/**
 * Finds the three symbols that open a word, and where they end, from the tone amplitudes of every hop. Of
 * neighbouring hops that fit it takes the one where the last two symbols are purest.
 */
export class SyncSearch {
  /** Level of the tones of the sync that was found last. */
  lowLevel = 0;
  highLevel = 0;

  private readonly history = new Float64Array(HISTORY_HOPS * TONE_COUNT);
  private hop = 0;
  private candidateAge = -1;
  private bestAge = 0;
  private bestScore = 0;

  /** Takes the amplitudes of the next hop; returns how many hops ago a sync ended, -1 when none was found. */
  advance(amplitudes: Float64Array): number {
    this.history.set(amplitudes, (this.hop % HISTORY_HOPS) * TONE_COUNT);
    this.hop++;
    if (this.candidateAge >= 0) {
      this.candidateAge++;
      this.bestAge++;
    }
    const score = this.hop >= HISTORY_HOPS ? this.score() : 0;
    if (score > 0 && (this.candidateAge < 0 || score > this.bestScore)) this.take(score);
    if (this.candidateAge < LOOK_ON_HOPS) return -1;
    this.candidateAge = -1;
    return this.bestAge;
  }

  private take(score: number): void {
    if (this.candidateAge < 0) this.candidateAge = 0;
    this.bestScore = score;
    this.bestAge = 0;
    const row = this.rowOf(SYNC_SYMBOLS.length - 1);
    const symbol = SYNC_SYMBOLS[SYNC_SYMBOLS.length - 1] as number;
    this.lowLevel = this.history[row + (symbol >> 2)] as number;
    this.highLevel = this.history[row + 4 + (symbol & 3)] as number;
  }

  /** Above 0 when the last hops end a sync, the more the better they do. */
  private score(): number {
    let score = Infinity;
    for (let group = 0; group < TONE_COUNT; group += 4) {
      let least = Infinity;
      let most = 0;
      for (let index = SYNC_SYMBOLS.length - 1; index >= 0; index--) {
        const symbol = SYNC_SYMBOLS[index] as number;
        const row = this.rowOf(index) + group;
        const tone = group === 0 ? symbol >> 2 : symbol & 3;
        const level = this.history[row + tone] as number;
        const wrong = this.loudestBut(row, tone);
        if (level < LEAST_AMPLITUDE || wrong > level * MOST_IMPURITY) return 0;
        least = Math.min(least, level);
        most = Math.max(most, level);
        // The first symbol swells from nothing, so it tells no place.
        if (index > 0) score = Math.min(score, (level - wrong) / level);
      }
      if (most > least * MOST_UNEVEN) return 0;
    }
    return this.isLevel() ? score : 0;
  }

  private isLevel(): boolean {
    const row = this.rowOf(0);
    const symbol = SYNC_SYMBOLS[0] as number;
    const low = this.history[row + (symbol >> 2)] as number;
    const high = this.history[row + 4 + (symbol & 3)] as number;
    return low <= high * MOST_TILT && high <= low * MOST_TILT;
  }

  private loudestBut(row: number, tone: number): number {
    let loudest = 0;
    for (let other = 0; other < 4; other++) {
      if (other !== tone) loudest = Math.max(loudest, this.history[row + other] as number);
    }
    return loudest;
  }

  /** Where the history keeps the hop in which the sync's symbol `index` would have ended. */
  private rowOf(index: number): number {
    const hopsAgo = (SYNC_SYMBOLS.length - 1 - index) * HOPS_PER_SYMBOL;
    return ((this.hop - 1 - hopsAgo) % HISTORY_HOPS) * TONE_COUNT;
  }
}
