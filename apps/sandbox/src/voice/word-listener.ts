import { SAMPLE_RATE_HZ } from '@parley/audio';

import { EnergyEvent, EnergyGate } from './energy-gate';
import { StrayWatch } from './stray-watch';
import { SyncSearch } from './sync-search';
import { FILTER_DELAY_SAMPLES, HOP_SAMPLES, HOPS_PER_SYMBOL, ToneBank } from './tone-bank';
import { SYMBOL_SAMPLES } from './word-code';
import { digitCount, digitOf, HEADER_DIGITS, MAX_DIGITS, SYNC_SYMBOLS, wordOf } from './word-frame';

/** A word that was read, whole; times in ms since the listener's first sample. */
export interface HeardWord {
  readonly word: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What a listener noticed. `word`: a word to its end. `damaged`: a word began at `startMs` and was found broken at
 * `endMs` (frames lost, silent, doubled, moved; or the speaker stopped: then a `silence` follows whose `atMs` is at
 * most 30 ms from `endMs`), or pieces of a word stood beside the whole one (a doubled frame at its edge). A word whose
 * sync is gone is just missing. `onset`, `silence`: energy began or ended at `atMs`.
 */
export type HeardEvent =
  | ({ readonly kind: 'word' } & HeardWord)
  | { readonly kind: 'damaged'; readonly startMs: number; readonly endMs: number }
  | EnergyEvent;

/** A symbol's tone must keep this part of the level that the tones before it had. */
const LEAST_LEVEL = 0.65;
/** The loudest wrong tone of a group may have this part of the right one. */
const MOST_IMPURITY = 0.42;
const SYNC_SAMPLES = SYNC_SYMBOLS.length * SYMBOL_SAMPLES;
const LAST_SYNC_SYMBOL = SYNC_SYMBOLS[SYNC_SYMBOLS.length - 1] as number;

/**
 * Reads coded words (see `word-code`) out of a stream of 8 kHz samples, however it is cut into pieces. One speaker at
 * a time. Causal: a word is told within 2 ms of its last sample. Knows no real time: the samples are its clock.
 */
export class WordListener {
  private readonly hop = new Int16Array(HOP_SAMPLES);
  private hopFill = 0;
  private hopCount = 0;
  private readonly tones = new ToneBank();
  private readonly search = new SyncSearch();
  private readonly strays = new StrayWatch();
  private readonly energy = new EnergyGate();

  private reading = false;
  private syncEndHop = 0;
  private nextSymbolHop = 0;
  private previousSymbol = 0;
  private readonly digits = new Uint8Array(MAX_DIGITS);
  private digitsRead = 0;
  private digitsDue = 0;
  private lowLevel = 0;
  private highLevel = 0;

  /** Takes the next samples, any number; returns what they showed, in order of its becoming known. */
  push(samples: Int16Array): HeardEvent[] {
    const events: HeardEvent[] = [];
    let at = 0;
    while (at < samples.length) {
      const take = Math.min(HOP_SAMPLES - this.hopFill, samples.length - at);
      for (let i = 0; i < take; i++) this.hop[this.hopFill + i] = samples[at + i] as number;
      this.hopFill += take;
      at += take;
      if (this.hopFill === HOP_SAMPLES) this.endHop(events);
    }
    return events;
  }

  private endHop(events: HeardEvent[]): void {
    this.hopFill = 0;
    this.hopCount++;
    this.energy.push(this.hop, events);
    this.tones.advance(this.hop);
    const sinceSync = this.search.advance(this.tones.amplitudes);
    this.strays.note(this.hopCount, clearPair(this.tones.amplitudes));
    if (this.reading) {
      if (this.hopCount === this.nextSymbolHop) this.readSymbol(events);
      return;
    }
    if (sinceSync >= 0) this.beginWord(this.hopCount - sinceSync, events);
    else if (this.strays.strayAfterWord(this.hopCount)) this.tellDamage(events);
  }

  private beginWord(syncEndHop: number, events: HeardEvent[]): void {
    this.lowLevel = this.search.lowLevel;
    this.highLevel = this.search.highLevel;
    if (this.strays.syncFound(syncEndHop, this.level())) this.tellDamage(events);
    this.reading = true;
    this.syncEndHop = syncEndHop;
    this.nextSymbolHop = syncEndHop + HOPS_PER_SYMBOL;
    this.previousSymbol = LAST_SYNC_SYMBOL;
    this.digitsRead = 0;
    this.digitsDue = HEADER_DIGITS;
  }

  private readSymbol(events: HeardEvent[]): void {
    this.nextSymbolHop += HOPS_PER_SYMBOL;
    const { amplitudes } = this.tones;
    const low = clearTone(amplitudes, 0, this.lowLevel * LEAST_LEVEL);
    const high = clearTone(amplitudes, 4, this.highLevel * LEAST_LEVEL);
    if (low < 0 || high < 0) {
      this.endWord(events, undefined);
      return;
    }
    // The levels follow slow changes of gain; a sudden fall within a word is damage.
    this.lowLevel += ((amplitudes[low] as number) - this.lowLevel) / 4;
    this.highLevel += ((amplitudes[high] as number) - this.highLevel) / 4;
    const symbol = low * 4 + high - 4;
    const digit = digitOf(symbol, this.previousSymbol);
    if (digit < 0) {
      this.endWord(events, undefined);
      return;
    }
    this.previousSymbol = symbol;
    this.digits[this.digitsRead++] = digit;
    if (this.digitsRead < this.digitsDue) return;
    if (this.digitsDue > HEADER_DIGITS) {
      this.endWord(events, wordOf(this.digits.subarray(0, this.digitsDue)));
      return;
    }
    this.digitsDue = digitCount(this.digits);
    if (this.digitsDue === 0) this.endWord(events, undefined);
  }

  private endWord(events: HeardEvent[], word: string | undefined): void {
    this.reading = false;
    this.strays.wordEnded(this.hopCount, this.level(), word !== undefined);
    if (word === undefined) this.tellDamage(events);
    else events.push({ kind: 'word', word, startMs: this.wordStartMs(), endMs: this.nowMs() });
  }

  /** Damage since the beginning of the word that is being read or was read last. */
  private tellDamage(events: HeardEvent[]): void {
    events.push({ kind: 'damaged', startMs: this.wordStartMs(), endMs: this.nowMs() });
  }

  private level(): number {
    return Math.min(this.lowLevel, this.highLevel);
  }

  private wordStartMs(): number {
    return msOf(this.syncEndHop * HOP_SAMPLES - SYNC_SAMPLES);
  }

  private nowMs(): number {
    return msOf(this.hopCount * HOP_SAMPLES);
  }
}

/** The level of two clear tones that sound together, one of each group; 0 without such a pair. */
function clearPair(amplitudes: Float64Array): number {
  const low = clearTone(amplitudes, 0, 0);
  const high = clearTone(amplitudes, 4, 0);
  return low < 0 || high < 0 ? 0 : Math.min(amplitudes[low] as number, amplitudes[high] as number);
}

/** Index of the one clear tone of the group that begins at `from`; -1 when there is none. */
function clearTone(amplitudes: Float64Array, from: number, leastLevel: number): number {
  let best = from;
  let second = 0;
  for (let tone = from + 1; tone < from + 4; tone++) {
    if ((amplitudes[tone] as number) > (amplitudes[best] as number)) {
      second = Math.max(second, amplitudes[best] as number);
      best = tone;
    } else second = Math.max(second, amplitudes[tone] as number);
  }
  const level = amplitudes[best] as number;
  return level >= leastLevel && second <= level * MOST_IMPURITY ? best : -1;
}

function msOf(sampleIndex: number): number {
  return Math.max(0, ((sampleIndex - FILTER_DELAY_SAMPLES) * 1000) / SAMPLE_RATE_HZ);
}
