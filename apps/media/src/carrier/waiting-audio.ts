import { FRAME_BYTES } from '@parley/audio';
import { AppError } from '@parley/kernel';

/** Pieces that were taken are let go of in one go, this many at a time. */
const dropPieces = 64;

/**
 * Audio that waits to be sent, in the pieces in which it came, which are kept and not copied: whoever gives one must
 * not change it. First in, first out; what would not fit is refused whole (overflow policy: reject newest).
 */
export class WaitingAudio {
  private pieces: Uint8Array[] = [];
  private head = 0;
  private headOffset = 0;
  /** Bytes that wait, those of an unfinished frame included. */
  length = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws AUDIO.BUFFER_FULL when more than `maxBytes` would wait; nothing is added then. */
  push(piece: Uint8Array): void {
    if (this.length + piece.length > this.maxBytes) {
      const details = { maxBytes: this.maxBytes };
      throw new AppError('unavailable', 'AUDIO.BUFFER_FULL', 'The audio buffer is full.', { details });
    }
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** Takes up to `maxFrames` whole frames as one run of bytes, which may be part of a piece; empty when none is complete. */
  take(maxFrames: number): Uint8Array {
    const frames = Math.min(Math.floor(this.length / FRAME_BYTES), Math.max(0, Math.floor(maxFrames)));
    const bytes = frames * FRAME_BYTES;
    const first = this.pieces[this.head];
    if (first && first.length - this.headOffset >= bytes) {
      const run = first.subarray(this.headOffset, this.headOffset + bytes);
      this.pass(bytes);
      return run;
    }
    const run = new Uint8Array(bytes);
    for (let filled = 0; filled < bytes;) {
      const piece = this.pieces[this.head];
      if (!piece) break;
      const part = piece.subarray(this.headOffset, this.headOffset + bytes - filled);
      run.set(part, filled);
      filled += part.length;
      this.pass(part.length);
    }
    return run;
  }

  /** Forgets all that waits. */
  clear(): void {
    this.pieces = [];
    this.head = this.headOffset = this.length = 0;
  }

  private pass(bytes: number): void {
    this.length -= bytes;
    this.headOffset += bytes;
    if (this.headOffset < (this.pieces[this.head]?.length ?? 0)) return;
    this.headOffset = 0;
    this.head += 1;
    if (this.head < this.pieces.length && this.head < dropPieces) return;
    this.pieces.splice(0, this.head);
    this.head = 0;
  }
}
