import { encodeMulaw, FRAME_BYTES, FRAME_MS } from '@parley/audio';
import type { Speech, SpokenWord } from '../voice';
import type { PersonJournal } from './person-journal';

/** One thing that is being said. */
interface Utterance {
  readonly text: string;
  readonly mulaw: Uint8Array;
  readonly words: readonly SpokenWord[];
  readonly bargeIn: boolean;
  startAtMs: number | undefined;
  offset: number;
}

/** What a person says on their line: speeches cut into frames, each written into the journal when it begins and when it has been said. */
export class SpokenLine {
  /** When this person last said or pressed something; the line's start before that. */
  lastActAtMs: number;
  private current: Utterance | undefined;

  constructor(
    private readonly journal: PersonJournal,
    startAtMs: number,
    private readonly onSaid: (lastWordEndAtMs: number, bargeIn: boolean) => void,
  ) {
    this.lastActAtMs = startAtMs;
  }

  get speaking(): boolean {
    return this.current !== undefined;
  }

  /** Begins to say a speech with the next frame. */
  say(text: string, speech: Speech, bargeIn: boolean): void {
    const mulaw = encodeMulaw(speech.samples);
    if (mulaw.length === 0) return;
    this.current = { text, mulaw, words: speech.words, bargeIn, startAtMs: undefined, offset: 0 };
  }

  /** Puts the next 20 ms, which begin at `atMs`, into `frame` (it holds silence). */
  fill(frame: Buffer, atMs: number): void {
    const { current } = this;
    if (!current) return;
    if (current.startAtMs === undefined) {
      current.startAtMs = atMs;
      const { text, bargeIn } = current;
      this.journal.write('saying', { text, startAtMs: Math.round(atMs), bargeIn });
    }
    const end = Math.min(current.offset + FRAME_BYTES, current.mulaw.length);
    frame.set(current.mulaw.subarray(current.offset, end));
    current.offset = end;
    if (end === current.mulaw.length) this.finish(current, atMs + FRAME_MS);
  }

  /** The line is closed: what was being said breaks off. */
  end(atMs: number): void {
    if (this.current) this.finish(this.current, atMs);
  }

  private finish(said: Utterance, endAtMs: number): void {
    this.current = undefined;
    const startAtMs = said.startAtMs ?? endAtMs;
    const words = said.words
      .map(({ word, startMs, endMs }) => ({
        word,
        startAtMs: Math.round(startAtMs + startMs),
        endAtMs: Math.round(startAtMs + endMs),
      }))
      .filter((word) => word.endAtMs <= endAtMs);
    this.lastActAtMs = words.at(-1)?.endAtMs ?? endAtMs;
    this.journal.write('said', {
      text: said.text,
      startAtMs: Math.round(startAtMs),
      endAtMs: Math.round(endAtMs),
      words,
      bargeIn: said.bargeIn,
    });
    this.onSaid(this.lastActAtMs, said.bargeIn);
  }
}
