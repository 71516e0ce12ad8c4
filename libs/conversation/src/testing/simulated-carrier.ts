import { heardText } from '../speaking/heard-text';

interface Stretch {
  readonly utteranceId: number;
  /** Where in the utterance's audio it begins. */
  readonly offsetMs: number;
  readonly fromMs: number;
  toMs: number;
}

/** A carrier that plays what it is given, in order and in real time, and knows what the caller heard of it. */
export class SimulatedCarrier {
  private readonly texts = new Map<number, { text: string; totalMs: number }>();
  private readonly stretches: Stretch[] = [];
  private marks = new Map<string, number>();
  private endMs = 0;

  /** What an utterance's audio says, and how long all of it lasts. */
  expect(utteranceId: number, text: string, totalMs: number): void {
    this.texts.set(utteranceId, { text, totalMs });
  }

  /** `offsetMs`: where in its utterance's audio it begins. True when it is the utterance's first. */
  send(utteranceId: number, offsetMs: number, durationMs: number, nowMs: number): boolean {
    const isFirst = !this.stretches.some((stretch) => stretch.utteranceId === utteranceId);
    const fromMs = Math.max(nowMs, this.endMs);
    this.endMs = fromMs + durationMs;
    this.stretches.push({ utteranceId, offsetMs, fromMs, toMs: this.endMs });
    return isFirst;
  }

  /** In how many ms the mark is due. */
  mark(name: string, nowMs: number): number {
    const dueMs = Math.max(nowMs, this.endMs);
    this.marks.set(name, dueMs);
    return dueMs - nowMs;
  }

  /** Each mark comes back once. */
  takeMark(name: string): boolean {
    return this.marks.delete(name);
  }

  /** Gives the marks that come back because of it. */
  clear(nowMs: number): string[] {
    for (const stretch of this.stretches)
      stretch.toMs = Math.max(stretch.fromMs, Math.min(stretch.toMs, nowMs));
    this.endMs = Math.min(this.endMs, nowMs);
    return [...this.marks.keys()];
  }

  /** Which stretches of which utterances were played, in order, in ms of the utterance's audio. */
  get courses(): { utteranceId: number; fromMs: number; toMs: number }[] {
    return this.stretches
      .filter(({ fromMs, toMs }) => toMs > fromMs)
      .map(({ utteranceId, offsetMs, fromMs, toMs }) => ({
        utteranceId,
        fromMs: offsetMs,
        toMs: offsetMs + toMs - fromMs,
      }));
  }

  /** How far each utterance was played by then, in the order of playing. */
  played(nowMs: number): { utteranceId: number; playedMs: number; totalMs: number; text: string }[] {
    const byUtterance = new Map<number, number>();
    for (const { utteranceId, offsetMs, fromMs, toMs } of this.stretches) {
      const playedMs = Math.min(toMs, nowMs) - fromMs;
      const reachedMs = playedMs > 0 ? offsetMs + playedMs : 0;
      byUtterance.set(utteranceId, Math.max(byUtterance.get(utteranceId) ?? 0, reachedMs));
    }
    return [...byUtterance].map(([utteranceId, playedMs]) => ({
      utteranceId,
      playedMs,
      ...(this.texts.get(utteranceId) ?? { text: '', totalMs: 1 }),
    }));
  }

  /** All words that were played by then. */
  heardText(nowMs: number): string {
    return this.played(nowMs)
      .map(({ text, playedMs, totalMs }) => heardText(text, playedMs + 1, totalMs))
      .filter(Boolean)
      .join(' ');
  }

  /** True while audio is being played. */
  isPlaying(nowMs: number): boolean {
    return nowMs < this.endMs;
  }
}
