const bytesPerMs = 8;
/** Over so much audio the frame that was delayed least tells where the zero lies; then anew, for clocks drift. */
const windowMs = 10_000;
/** A better place is worth telling from here on. */
const tellFromMs = 5;

/** Where the zero of a session's audio lies, by when its frames came: a frame may be late, but never early. */
export class AudioZero {
  private sentMs = 0;
  private toldMs: number | undefined;
  private earliestMs = Infinity;
  private windowEndsMs = windowMs;

  /** Audio was passed on. Gives how long ago the zero was where that is to be told, or told better; else null. */
  passed(bytes: number, nowMs: number): number | null {
    this.sentMs += bytes / bytesPerMs;
    this.earliestMs = Math.min(this.earliestMs, nowMs - this.sentMs);
    if (this.toldMs === undefined || this.earliestMs <= this.toldMs - tellFromMs) return this.tell(nowMs);
    if (this.sentMs < this.windowEndsMs) return null;
    this.windowEndsMs = this.sentMs + windowMs;
    const isLater = this.earliestMs >= this.toldMs + tellFromMs;
    const answer = isLater ? this.tell(nowMs) : null;
    this.earliestMs = Infinity;
    return answer;
  }

  private tell(nowMs: number): number {
    this.toldMs = this.earliestMs;
    return nowMs - this.earliestMs;
  }
}
