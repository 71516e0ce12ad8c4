import type { SpeechPiece } from '@parley/conversation';

/** Speech that is being made, for as many listeners as there are; each hears it from its beginning. */
export class Recording {
  private readonly pieces: SpeechPiece[] = [];
  private state: 'running' | 'complete' | { readonly error: unknown } = 'running';
  private wake: (() => void)[] = [];
  bytes = 0;

  /** Takes over all that the voice gives; resolves when it is complete, whatever came of it. */
  async record(source: AsyncIterable<SpeechPiece>, mostBytes: number): Promise<'complete' | 'failed'> {
    try {
      for await (const piece of source) {
        if (piece.type === 'audio') this.bytes += piece.mulaw.length;
        this.pieces.push(piece);
        this.tell();
        if (this.bytes > mostBytes) throw new Error('The speech is too long to be kept.');
      }
      this.state = 'complete';
    } catch (error) {
      this.state = { error };
    }
    this.tell();
    return this.state === 'complete' && this.bytes > 0 ? 'complete' : 'failed';
  }

  /** Fails as the voice did. */
  async *listen(signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    const stop = () => this.tell();
    signal.addEventListener('abort', stop);
    try {
      for (let next = 0; !signal.aborted;) {
        const piece = this.pieces[next];
        if (piece) {
          next += 1;
          yield piece;
        } else if (this.state === 'running') await new Promise<void>((resolve) => this.wake.push(resolve));
        else if (this.state === 'complete') return;
        else throw this.state.error;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** All of it in as few pieces as can be, once it is complete. */
  joined(): SpeechPiece[] {
    const mulaw = Buffer.concat(this.pieces.map((piece) => (piece.type === 'audio' ? piece.mulaw : empty)));
    const words = this.pieces.flatMap((piece) => (piece.type === 'words' ? piece.words : []));
    return [...(words.length > 0 ? [{ type: 'words' as const, words }] : []), { type: 'audio', mulaw }];
  }

  private tell(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}

const empty = new Uint8Array(0);
