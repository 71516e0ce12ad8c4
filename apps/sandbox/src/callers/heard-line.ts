import { DtmfDetector, decodeMulaw, FRAME_BYTES } from '@parley/audio';
import { WordListener } from '../voice';
import type { HeardEvent } from '../voice';
import type { PersonJournal } from './person-journal';

/** A word that breaks off this close before a silence was cut by its speaker, not damaged on its way. */
const CUT_TOLERANCE_MS = 90;
/** How long a broken word waits to be told cut from damaged: a silence is known 200 ms after it began. */
const CUT_WAIT_MS = 350;
/** Sound that lasts so long without one readable word comes from a voice without word codes. */
const ENERGY_ONLY_MS = 2_000;
const MAX_WORDS = 5_000;

/** A word as it was heard; times are epoch ms. */
export interface WordHeard {
  readonly word: string;
  readonly startAtMs: number;
}

/** Learns of what is heard, at the moment at which it becomes known. */
export interface HearingListener {
  onset(atMs: number): void;
  word(word: string, startAtMs: number): void;
  silence(atMs: number): void;
}

/**
 * What a person hears on their line, as it comes: words, keys, sound and silence, each written into the journal with its
 * time. Times outside are epoch ms; inside they count from the line's first frame.
 */
export class HeardLine {
  /** All words, in order. Bounded: the oldest go first. */
  readonly words: WordHeard[] = [];
  keys = '';
  /** Sound is being heard now. */
  sounding = false;
  /** When the sound that is being heard, or was heard last, began; the line's start when there was none. */
  onsetAtMs: number;
  /** When the last sound that is known of was: its end, or while it lasts its onset or last word. */
  lastSoundAtMs: number;
  /** No word codes in what is heard. */
  byEnergy = false;

  private readonly listener = new WordListener();
  private readonly detector = new DtmfDetector();
  private readonly samples = new Int16Array(FRAME_BYTES);
  private damage: { readonly startMs: number; readonly endMs: number } | undefined;

  constructor(
    private readonly journal: PersonJournal,
    private readonly startAtMs: number,
    private readonly hearing: HearingListener,
  ) {
    this.onsetAtMs = startAtMs;
    this.lastSoundAtMs = startAtMs;
  }

  /** How many words began after `atMs`. */
  wordsAfter(atMs: number): number {
    let count = 0;
    for (let i = this.words.length - 1; i >= 0 && (this.words[i] as WordHeard).startAtMs > atMs; i--) count++;
    return count;
  }

  /** Takes one frame of 20 ms that begins at `atMs`. */
  hear(mulaw: Buffer, atMs: number): void {
    const lineMs = atMs - this.startAtMs;
    decodeMulaw(mulaw, this.samples);
    for (const event of this.listener.push(this.samples)) this.take(event);
    for (const key of this.detector.push(this.samples)) {
      this.keys += key.digit;
      this.journal.write('heard_keys', {
        digit: key.digit,
        startAtMs: this.epoch(key.startMs),
        durationMs: key.endMs - key.startMs,
      });
    }
    if (this.damage && lineMs - this.damage.endMs > CUT_WAIT_MS) this.tellBroken('heard_damaged');
    const wordless = this.words.length === 0 && this.keys === '' && !this.byEnergy;
    if (wordless && this.sounding && atMs - this.onsetAtMs > ENERGY_ONLY_MS) this.fallBackToEnergy();
  }

  /** The line is closed: what was left open is told. */
  end(): void {
    this.tellBroken('heard_cut');
  }

  private take(event: HeardEvent): void {
    if (event.kind === 'damaged') {
      this.tellBroken('heard_damaged');
      this.damage = event;
    } else if (event.kind === 'word') this.takeWord(event.word, event.startMs, event.endMs);
    else if (event.kind === 'onset') {
      this.sounding = true;
      this.onsetAtMs = this.lastSoundAtMs = this.epoch(event.atMs);
      this.journal.write('heard_onset', { onsetAtMs: this.onsetAtMs });
      this.hearing.onset(this.onsetAtMs);
    } else {
      this.sounding = false;
      this.lastSoundAtMs = this.epoch(event.atMs);
      if (this.damage && Math.abs(event.atMs - this.damage.endMs) <= CUT_TOLERANCE_MS)
        this.tellBroken('heard_cut');
      this.journal.write('heard_silence', { silenceAtMs: this.lastSoundAtMs });
      this.hearing.silence(this.lastSoundAtMs);
    }
  }

  private takeWord(word: string, startMs: number, endMs: number): void {
    this.tellBroken('heard_damaged');
    const startAtMs = this.epoch(startMs);
    const endAtMs = this.epoch(endMs);
    this.words.push({ word, startAtMs });
    if (this.words.length > MAX_WORDS) this.words.shift();
    this.lastSoundAtMs = endAtMs;
    this.byEnergy = false;
    this.journal.write('heard_word', { word, startAtMs, endAtMs });
    this.hearing.word(word, startAtMs);
  }

  private tellBroken(kind: 'heard_damaged' | 'heard_cut'): void {
    const { damage } = this;
    if (!damage) return;
    this.damage = undefined;
    this.journal.write(kind, { startAtMs: this.epoch(damage.startMs), endAtMs: this.epoch(damage.endMs) });
  }

  private fallBackToEnergy(): void {
    this.byEnergy = true;
    this.journal.write('hearing_by_energy', {
      reason: 'sound without word codes: going by sound and silence',
    });
  }

  private epoch(lineMs: number): number {
    return Math.round(this.startAtMs + lineMs);
  }
}
