import { HOPS_PER_SYMBOL } from './tone-bank';
import { SYNC_SYMBOLS } from './word-frame';

const HISTORY_HOPS = 128;
const SYNC_HOPS = SYNC_SYMBOLS.length * HOPS_PER_SYMBOL;
/** A tone this weak, compared with the word's own, may be the edge of the word in the measuring window. */
const STRAY_LEVEL = 0.5;
/** Until so long after a word its own last symbol fills half of the window. */
const WORD_EDGE_HOPS = 7;
/** From so long after its beginning a sync's first symbol may show. */
const SYNC_EDGE_HOPS = 3;
/** How far around a word tones that belong to no word are looked for. */
const REACH_HOPS = 30;
/** A word that begins within `REACH_HOPS` has shown its sync by then. */
const VERDICT_HOPS = REACH_HOPS + SYNC_HOPS + 10;

/**
 * Notices tones that belong to no word just before and after words: the traces of a doubled frame at a word's edge,
 * which leaves the word itself whole. Hops are counted by the caller, from 1.
 */
export class StrayWatch {
  private readonly levels = new Float64Array(HISTORY_HOPS);
  private lastEndHop = -1;
  private lastLevel = 0;
  private trusting = true;

  /** Keeps what the tones of hop `hop` show: the level of a clear pair, 0 without one. */
  note(hop: number, level: number): void {
    this.levels[hop % HISTORY_HOPS] = level;
  }

  /** A sync ended at `syncEndHop`, its tones at `level`. True when tones before it belong to no word. */
  syncFound(syncEndHop: number, level: number): boolean {
    const begin = syncEndHop - SYNC_HOPS;
    const from = Math.max(1, begin - REACH_HOPS, this.lastEndHop + WORD_EDGE_HOPS);
    const stray = this.trusting && this.anyLoud(from, begin + SYNC_EDGE_HOPS, level);
    this.lastEndHop = -1;
    return stray;
  }

  /** A word ended; after a broken one, its remains are nothing new. */
  wordEnded(hop: number, level: number, whole: boolean): void {
    this.lastEndHop = whole ? hop : -1;
    this.lastLevel = level;
    this.trusting = whole;
  }

  /** True once, when by `hop` it is clear that tones after the last word belong to none. */
  strayAfterWord(hop: number): boolean {
    if (this.lastEndHop < 0 || hop < this.lastEndHop + VERDICT_HOPS) return false;
    const from = this.lastEndHop + WORD_EDGE_HOPS;
    this.lastEndHop = -1;
    return this.anyLoud(from, from + REACH_HOPS, this.lastLevel);
  }

  private anyLoud(fromHop: number, beforeHop: number, level: number): boolean {
    for (let hop = fromHop; hop < beforeHop; hop++) {
      if ((this.levels[hop % HISTORY_HOPS] as number) > level * STRAY_LEVEL) return true;
    }
    return false;
  }
}
