import { AppError } from '@parley/kernel';

import { FRAME_BYTES, MULAW_SILENCE } from './mulaw';

const DEFAULT_MAX_BYTES = 8000 * 120;

/**
 * Turns pieces of µ-law of any length into whole 20 ms frames. First in, first out; holds at most `maxBytes` (two
 * minutes unless given) and refuses what would not fit, whole (overflow policy: reject newest).
 */
export class FrameBuffer {
  private bytes = new Uint8Array(FRAME_BYTES * 16);
  private start = 0;
  private end = 0;

  constructor(private readonly maxBytes = DEFAULT_MAX_BYTES) {}

  /** Bytes that wait, those of an unfinished frame included. */
  get length(): number {
    return this.end - this.start;
  }

  /**
   * Adds a copy of `piece`.
   * @throws AUDIO.BUFFER_FULL when more than `maxBytes` would wait; nothing is added then.
   */
  push(piece: Uint8Array): void {
    const needed = this.length + piece.length;
    if (needed > this.maxBytes) {
      throw new AppError('unavailable', 'AUDIO.BUFFER_FULL', 'The audio buffer is full.', {
        details: { maxBytes: this.maxBytes },
      });
    }
    if (this.end + piece.length > this.bytes.length) this.makeRoom(needed);
    this.bytes.set(piece, this.end);
    this.end += piece.length;
  }

  /** Takes up to `maxFrames` whole frames as one run of bytes of the caller's own; empty when none is complete. */
  take(maxFrames: number): Uint8Array {
    const frames = Math.min(Math.floor(this.length / FRAME_BYTES), Math.max(0, Math.floor(maxFrames)));
    const taken = this.bytes.slice(this.start, this.start + frames * FRAME_BYTES);
    this.start += taken.length;
    return taken;
  }

  /** Takes all that waits, the last frame filled up with silence. */
  flush(): Uint8Array {
    const out = new Uint8Array(Math.ceil(this.length / FRAME_BYTES) * FRAME_BYTES).fill(MULAW_SILENCE);
    out.set(this.bytes.subarray(this.start, this.end));
    this.clear();
    return out;
  }

  /** Forgets all that waits. */
  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  private makeRoom(needed: number): void {
    let size = this.bytes.length;
    while (size < needed) size *= 2;
    // At least twice what waits, so that moving costs each byte a constant number of copies.
    if (size < needed * 2) size *= 2;
    this.moveTo(size === this.bytes.length ? this.bytes : new Uint8Array(size));
  }

  private moveTo(target: Uint8Array<ArrayBuffer>): void {
    const waiting = this.bytes.subarray(this.start, this.end);
    target.set(waiting, 0);
    this.bytes = target;
    this.start = 0;
    this.end = waiting.length;
  }
}
