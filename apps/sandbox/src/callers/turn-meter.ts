import type { HearingListener } from './heard-line';
import type { PersonJournal } from './person-journal';

/**
 * Measures how long the other side takes to answer: from the end of this person's last word to the first sound of the
 * answer, both as they stood on this person's line. One journal line a turn.
 */
export class TurnMeter implements HearingListener {
  private turns = 0;
  private asked: { readonly lastWordEndAtMs: number; readonly bargeIn: boolean } | undefined;
  private answerAtMs: number | undefined;

  constructor(private readonly journal: PersonJournal) {}

  /** This person has said something. What was asked before and not answered is asked no more. */
  said(lastWordEndAtMs: number, bargeIn: boolean): void {
    this.asked = { lastWordEndAtMs, bargeIn };
    this.answerAtMs = undefined;
  }

  onset(atMs: number): void {
    if (this.asked && atMs > this.asked.lastWordEndAtMs) this.answerAtMs = atMs;
  }

  word(word: string): void {
    this.answered(word);
  }

  silence(): void {
    this.answered(null);
  }

  private answered(firstWord: string | null): void {
    const { asked, answerAtMs } = this;
    if (!asked || answerAtMs === undefined) return;
    this.asked = undefined;
    this.answerAtMs = undefined;
    this.journal.write('turn', {
      turn: ++this.turns,
      lastWordEndAtMs: asked.lastWordEndAtMs,
      firstWord,
      answerAtMs,
      voiceToVoiceMs: answerAtMs - asked.lastWordEndAtMs,
      bargeIn: asked.bargeIn,
    });
  }
}
