import { EnergyGate } from '../../voice';
import type { EnergyEvent, HeardWord } from '../../voice';
import type { WordSource } from './recogniser';

/** How a session wants its turns; times in ms of audio. */
export interface TurnOptions {
  readonly updateEveryMs: number;
  /** Silence after which a turn looks over; null: such ends are not told. */
  readonly eagerEndMs: number | null;
  readonly endOfTurnMs: number;
  /** Time without a word after which a turn is over, whatever is heard. */
  readonly timeoutMs: number;
  /** After so many words of a turn (from 0) it is wrongly taken for nearly over; null is not. */
  readonly falseEagerEndAfter: (turn: number) => number | null;
}

/** A report of a turn; times in ms since the session's first sample. */
export interface TurnReport {
  readonly event: 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';
  readonly turn: number;
  readonly words: readonly HeardWord[];
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** An eager end in the middle of the speech, on purpose. */
  readonly isFalse: boolean;
}

/** Gaps between words are shorter than this. */
const HANGOVER_MS = 30;
const SAMPLES_PER_MS = 8;

/**
 * Turns words heard in the audio into turns in the manner of Flux. Its only clock is the audio that reached it. A real
 * one goes by the words' meaning; this one by the silence behind them.
 */
export class TurnRecogniser {
  private samples = 0;
  private turn = 0;
  private words: HeardWord[] = [];
  private windowStartMs = 0;
  private lastReportMs = 0;
  private looksOver = false;
  /** The eager end of this silence was told. */
  private eagerTold = false;
  private falseEndDone = false;
  private sounding = false;
  private lastSoundMs = 0;
  private readonly energy = new EnergyGate(HANGOVER_MS);
  private readonly energyEvents: EnergyEvent[] = [];

  constructor(
    private readonly options: TurnOptions,
    private readonly source: WordSource,
    private readonly onWord: (word: string) => void,
  ) {}

  get audioMs(): number {
    return this.samples / SAMPLES_PER_MS;
  }

  push(samples: Int16Array): TurnReport[] {
    const out: TurnReport[] = [];
    this.samples += samples.length;
    this.listen(samples, out);
    for (const event of this.source.push(samples)) if (event.kind === 'word') this.hearWord(event, out);
    this.judge(out);
    if (this.audioMs - this.lastReportMs >= this.options.updateEveryMs) out.push(this.report('Update'));
    return out;
  }

  /** Ends the running turn, as `CloseStream` does. */
  finish(): TurnReport[] {
    return this.words.length > 0 ? [this.endTurn()] : [];
  }

  private listen(samples: Int16Array, out: TurnReport[]): void {
    this.energy.push(samples, this.energyEvents);
    for (const { kind, atMs } of this.energyEvents.splice(0)) {
      this.sounding = kind === 'onset';
      this.lastSoundMs = atMs;
      if (!this.sounding) continue;
      this.eagerTold = false;
      this.resume(out);
    }
  }

  private hearWord({ word, startMs, endMs }: HeardWord, out: TurnReport[]): void {
    this.words.push({ word, startMs, endMs });
    this.onWord(word);
    this.resume(out);
    if (this.words.length === 1) out.push(this.report('StartOfTurn'));
    const { eagerEndMs, falseEagerEndAfter } = this.options;
    if (eagerEndMs === null || this.falseEndDone || this.words.length !== falseEagerEndAfter(this.turn))
      return;
    this.falseEndDone = true;
    this.looksOver = true;
    out.push({ ...this.report('EagerEndOfTurn'), isFalse: true });
  }

  private resume(out: TurnReport[]): void {
    if (!this.looksOver) return;
    this.looksOver = false;
    out.push(this.report('TurnResumed'));
  }

  private judge(out: TurnReport[]): void {
    const lastWord = this.words.at(-1);
    if (!lastWord) return;
    const { eagerEndMs, endOfTurnMs, timeoutMs } = this.options;
    const silenceMs = this.sounding ? 0 : this.audioMs - Math.max(this.lastSoundMs, lastWord.endMs);
    if (silenceMs >= endOfTurnMs || this.audioMs - lastWord.endMs >= timeoutMs) {
      out.push(this.endTurn());
      return;
    }
    if (eagerEndMs === null || this.eagerTold || silenceMs < eagerEndMs) return;
    this.eagerTold = true;
    this.looksOver = true;
    out.push(this.report('EagerEndOfTurn'));
  }

  private endTurn(): TurnReport {
    const report = this.report('EndOfTurn');
    this.turn++;
    this.words = [];
    this.windowStartMs = this.audioMs;
    this.looksOver = false;
    this.falseEndDone = false;
    return report;
  }

  private report(event: TurnReport['event']): TurnReport {
    this.lastReportMs = this.audioMs;
    return {
      event,
      turn: this.turn,
      words: [...this.words],
      windowStartMs: this.windowStartMs,
      windowEndMs: this.audioMs,
      isFalse: false,
    };
  }
}
