import { FRAME_BYTES, MULAW_SILENCE, mulawDurationMs } from '@parley/audio';

/** Ten minutes of µ-law: the most that Twilio keeps for a stream. */
export const MAX_BUFFERED_BYTES = 10 * 60 * 8000;

/**
 * The carrier's buffer of what the product sent and the line has not played: first in, first out, with marks between.
 * It knows no time; whoever owns the line takes a frame from it every 20 ms.
 */
export class PlayOut {
  private chunks: Buffer[] = [];
  private headOffset = 0;
  private enqueuedBytes = 0;
  private played = 0;
  private readonly marks: { name: string; atByte: number }[] = [];

  /** Bytes that wait. */
  get bufferedBytes(): number {
    return this.enqueuedBytes - this.played;
  }

  /** How much was played since the beginning, in ms. */
  get playedMs(): number {
    return mulawDurationMs(this.played);
  }

  /** Adds audio of any length. False, and nothing added, when more than ten minutes would wait (31931). */
  push(mulaw: Buffer): boolean {
    if (this.bufferedBytes + mulaw.length > MAX_BUFFERED_BYTES) return false;
    if (mulaw.length === 0) return true;
    this.chunks.push(mulaw);
    this.enqueuedBytes += mulaw.length;
    return true;
  }

  /** Adds a mark behind all that waits. True when nothing waits: it is due at once, and is not kept. */
  mark(name: string): boolean {
    if (this.bufferedBytes === 0 && this.marks.length === 0) return true;
    this.marks.push({ name, atByte: this.enqueuedBytes });
    return false;
  }

  /** The next mark before which everything was played, taken out; undefined when there is none. */
  takeDueMark(): string | undefined {
    const first = this.marks[0];
    if (!first || first.atByte > this.played) return undefined;
    this.marks.shift();
    return first.name;
  }

  /** Fills `frame` (160 bytes) with what comes next, the rest with silence; returns the bytes of audio in it. */
  read(frame: Buffer): number {
    let filled = 0;
    while (filled < FRAME_BYTES) {
      const head = this.chunks[0];
      if (!head) break;
      const take = Math.min(FRAME_BYTES - filled, head.length - this.headOffset);
      head.copy(frame, filled, this.headOffset, this.headOffset + take);
      filled += take;
      this.headOffset += take;
      if (this.headOffset === head.length) {
        this.chunks.shift();
        this.headOffset = 0;
      }
    }
    if (filled < FRAME_BYTES) frame.fill(MULAW_SILENCE, filled);
    this.played += filled;
    return filled;
  }

  /** Drops all that waits. Returns how many bytes, and the marks among them, in order. */
  clear(): { droppedBytes: number; marks: readonly string[] } {
    const droppedBytes = this.bufferedBytes;
    this.chunks = [];
    this.headOffset = 0;
    this.enqueuedBytes = this.played;
    return { droppedBytes, marks: this.marks.splice(0).map((mark) => mark.name) };
  }

  /** Exchanges the next frame with the one `distance` frames behind it. Nothing happens when that much does not wait. */
  swapFrames(distance: number): void {
    if (this.bufferedBytes < (distance + 1) * FRAME_BYTES) return;
    const all = Buffer.concat(this.chunks).subarray(this.headOffset);
    const first = Buffer.from(all.subarray(0, FRAME_BYTES));
    const at = distance * FRAME_BYTES;
    all.copy(all, 0, at, at + FRAME_BYTES);
    first.copy(all, at);
    this.chunks = [all];
    this.headOffset = 0;
  }
}
