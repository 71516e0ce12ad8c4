import type { HeardEvent, HeardWord } from '../../voice';

/** What of a word stream reader the recogniser needs; `WordListener` is one. */
export interface WordSource {
  push(samples: Int16Array): HeardEvent[];
}

/** How a session wants its results; times in ms of audio. */
export interface RecogniserOptions {
  readonly interimResults: boolean;
  readonly interimEveryMs: number;
  /** Silence that ends a turn; null never does. */
  readonly endpointingMs: number | null;
  /** Silence after which the end of an utterance is told; null tells none. */
  readonly utteranceEndMs: number | null;
  /** Ends a turn wrongly after so many words, once; null does not. */
  readonly falseEndAfterWords: number | null;
  /** A segment is settled so long after its first word though the speaker goes on; 5 s unless given. */
  readonly longestSegmentMs?: number;
  /** Settles the words of a turn (from 0) once there are so many, though it goes on; null does not. */
  readonly settlesAfterWords?: (turn: number) => number | null;
}

/** What the recogniser tells; times in ms since the session's first sample. */
export type Recognised =
  | { readonly type: 'speech_started'; readonly atMs: number }
  | { readonly type: 'word'; readonly word: string }
  | {
      readonly type: 'results';
      readonly words: readonly HeardWord[];
      readonly startMs: number;
      readonly durationMs: number;
      readonly isFinal: boolean;
      readonly speechFinal: boolean;
      readonly fromFinalize: boolean;
      /** Settled before its time, by `settlesAfterWords`. */
      readonly isEarly: boolean;
    }
  | { readonly type: 'utterance_ended'; readonly lastWordEndMs: number };

type Results = Extract<Recognised, { type: 'results' }>;

/** Results come at least so often, also while nothing changes or nobody speaks. */
const RESULTS_EVERY_MS = 1000;
const LONGEST_SEGMENT_MS = 5000;
const SAMPLES_PER_MS = 8;

/**
 * Turns words heard in the audio into results in the manner of Deepgram. Its only clock is the audio that reached
 * it. A damaged word is left out, as lost audio would be.
 */
export class Recogniser {
  private samples = 0;
  private words: HeardWord[] = [];
  private segmentStartMs = 0;
  private lastResultMs = 0;
  private changed = false;
  private sounding = false;
  private silentSinceMs = 0;
  /** End of the last word of an utterance that was not told to have ended. */
  private utteranceWordEndMs: number | undefined;
  /** There are words since the last end of a turn, in this segment or settled before it. */
  private turnHasWords = false;
  private falseEndDone = false;
  private turn = 0;
  /** The newest turn of which a part was settled early. */
  private earlyTurn = -1;

  constructor(
    private readonly options: RecogniserOptions,
    private readonly source: WordSource,
  ) {}

  /** Length of the audio so far. */
  get audioMs(): number {
    return this.samples / SAMPLES_PER_MS;
  }

  push(samples: Int16Array): Recognised[] {
    const out: Recognised[] = [];
    this.samples += samples.length;
    for (const event of this.source.push(samples)) this.hear(event, out);
    this.endTurn(out);
    this.endUtterance(out);
    this.report(out);
    return out;
  }

  /** Settles what is there, as `Finalize` and `CloseStream` ask. */
  finalize(): Recognised[] {
    return [this.settle(true, true)];
  }

  private hear(event: HeardEvent, out: Recognised[]): void {
    switch (event.kind) {
      case 'onset':
        this.sounding = true;
        out.push({ type: 'speech_started', atMs: event.atMs });
        return;
      case 'silence':
        this.sounding = false;
        this.silentSinceMs = event.atMs;
        return;
      case 'word':
        this.words.push({ word: event.word, startMs: event.startMs, endMs: event.endMs });
        this.changed = true;
        this.turnHasWords = true;
        this.utteranceWordEndMs = event.endMs;
        out.push({ type: 'word', word: event.word });
        if (!this.falseEndDone && this.words.length === this.options.falseEndAfterWords) {
          this.falseEndDone = true;
          out.push(this.settle(true, false));
        } else if (
          this.earlyTurn !== this.turn &&
          this.words.length === this.options.settlesAfterWords?.(this.turn)
        ) {
          this.earlyTurn = this.turn;
          out.push({ ...this.settle(false, false), isEarly: true });
        }
        return;
      case 'damaged':
        return;
    }
  }

  private endTurn(out: Recognised[]): void {
    const { endpointingMs } = this.options;
    if (endpointingMs === null || this.sounding || !this.turnHasWords) return;
    const lastMs = Math.max(this.silentSinceMs, this.utteranceWordEndMs ?? 0);
    if (this.audioMs - lastMs >= endpointingMs) out.push(this.settle(true, false));
  }

  private endUtterance(out: Recognised[]): void {
    const { utteranceEndMs } = this.options;
    const endMs = this.utteranceWordEndMs;
    if (utteranceEndMs === null || endMs === undefined || this.sounding) return;
    if (this.audioMs - endMs < utteranceEndMs) return;
    this.utteranceWordEndMs = undefined;
    out.push({ type: 'utterance_ended', lastWordEndMs: endMs });
  }

  private report(out: Recognised[]): void {
    const sinceMs = this.audioMs - this.lastResultMs;
    const due = this.changed ? Math.min(this.options.interimEveryMs, RESULTS_EVERY_MS) : RESULTS_EVERY_MS;
    const beganMs = this.words[0]?.startMs ?? this.segmentStartMs;
    if (this.audioMs - beganMs >= (this.options.longestSegmentMs ?? LONGEST_SEGMENT_MS))
      out.push(this.settle(false, false));
    else if (sinceMs >= due && this.options.interimResults) out.push(this.results(false, false, false));
  }

  private settle(speechFinal: boolean, fromFinalize: boolean): Results {
    const results = this.results(true, speechFinal, fromFinalize);
    this.segmentStartMs = this.audioMs;
    this.words = [];
    if (speechFinal) {
      this.turnHasWords = false;
      this.turn++;
    }
    return results;
  }

  private results(isFinal: boolean, speechFinal: boolean, fromFinalize: boolean): Results {
    this.changed = false;
    this.lastResultMs = this.audioMs;
    const startMs = this.segmentStartMs;
    const durationMs = this.audioMs - startMs;
    const words = [...this.words];
    return {
      type: 'results',
      words,
      startMs,
      durationMs,
      isFinal,
      speechFinal,
      fromFinalize,
      isEarly: false,
    };
  }
}
