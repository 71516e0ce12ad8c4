/** Longer speech of one utterance is no speech: a voice that does not stop must not fill the memory. */
const longestUtteranceMs = 90_000;
export const mostUtteranceBytes = longestUtteranceMs * 8;

interface Held {
  readonly pieces: Uint8Array[];
  bytes: number;
}

/**
 * The audio of one call's utterances, in the pieces in which it came, until it is forgotten. Any stretch of it can be
 * taken, and taken again; what is given are views of the pieces, so no audio is copied.
 */
export class HeldAudio {
  private readonly utterances = new Map<number, Held>();

  /** Makes room for an utterance; what was held of one with the same id is forgotten. */
  begin(utteranceId: number): void {
    this.utterances.set(utteranceId, { pieces: [], bytes: 0 });
  }

  /** Adds a piece. False: it is for an utterance that was forgotten, or would be more than 90 s of it, and is not held. */
  add(utteranceId: number, piece: Uint8Array): boolean {
    const held = this.utterances.get(utteranceId);
    if (!held || held.bytes + piece.length > mostUtteranceBytes) return false;
    held.pieces.push(piece);
    held.bytes += piece.length;
    return true;
  }

  /** Gives `bytes` from byte `from` on to `each`, in order and piece by piece; less when less is held. */
  take(utteranceId: number, from: number, bytes: number, each: (mulaw: Uint8Array) => void): void {
    const held = this.utterances.get(utteranceId);
    if (!held) return;
    const end = Math.min(held.bytes, from + bytes);
    // Most often it is the newest piece that is wanted: so the search goes backwards.
    let index = held.pieces.length;
    let startsAt = held.bytes;
    while (index > 0 && startsAt > from) startsAt -= held.pieces[--index]?.length ?? 0;
    for (; startsAt < end; index += 1) {
      const piece = held.pieces[index];
      if (!piece) return;
      const isWhole = startsAt >= from && startsAt + piece.length <= end;
      each(isWhole ? piece : piece.subarray(Math.max(0, from - startsAt), end - startsAt));
      startsAt += piece.length;
    }
  }

  forget(utteranceId: number): void {
    this.utterances.delete(utteranceId);
  }

  clear(): void {
    this.utterances.clear();
  }

  /** Bytes held of all utterances together. */
  get bytes(): number {
    let bytes = 0;
    for (const held of this.utterances.values()) bytes += held.bytes;
    return bytes;
  }
}
