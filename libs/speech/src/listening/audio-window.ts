/**
 * The newest `capacityBytes` of a stream of audio. Positions count bytes since the stream's first one, so that what
 * was dropped still counts. Overflow: the oldest bytes go.
 */
export class AudioWindow {
  private readonly ring: Uint8Array;
  private start = 0;
  private end = 0;

  constructor(capacityBytes: number) {
    this.ring = new Uint8Array(capacityBytes);
  }

  /** Position of the oldest byte kept. */
  get startPosition(): number {
    return this.start;
  }

  /** Position behind the newest byte; the length of the whole stream so far. */
  get endPosition(): number {
    return this.end;
  }

  /** Adds a copy of `piece`; returns how many older bytes had to go. */
  push(piece: Uint8Array): number {
    const capacity = this.ring.length;
    const kept = piece.length > capacity ? piece.subarray(piece.length - capacity) : piece;
    let at = (this.end + piece.length - kept.length) % capacity;
    const head = Math.min(kept.length, capacity - at);
    // Views cost more than the copy, and all but one frame of a hundred fits.
    if (head === kept.length) this.ring.set(kept, at);
    else {
      this.ring.set(kept.subarray(0, head), at);
      this.ring.set(kept.subarray(head), 0);
    }
    at = this.start;
    this.end += piece.length;
    this.start = Math.max(this.start, this.end - capacity);
    return this.start - at;
  }

  /** Forgets all before `position`. */
  dropBefore(position: number): void {
    this.start = Math.min(this.end, Math.max(this.start, Math.floor(position)));
  }

  /** A copy of all that is kept, oldest first. */
  read(): Uint8Array {
    const capacity = this.ring.length;
    const out = new Uint8Array(this.end - this.start);
    const from = this.start % capacity;
    const head = Math.min(out.length, capacity - from);
    out.set(this.ring.subarray(from, from + head));
    out.set(this.ring.subarray(0, out.length - head), head);
    return out;
  }
}
