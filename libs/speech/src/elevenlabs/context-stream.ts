import type { SpeechPiece, SpokenWord } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { tooMuchAudio } from '../synthesis/speech-errors';
import { MOST_AUDIO_BYTES } from '../synthesis/synthesizer-options';
import type { ContextListener } from './context-socket';
import { Alignment, WordTimes } from './word-times';

const BYTES_PER_MS = 8;

/** What came of one context, in order, for one consumer. */
export class ContextStream implements ContextListener {
  private readonly pieces: SpeechPiece[] = [];
  private readonly words = new WordTimes();
  private bytes = 0;
  private ended = false;
  private failure: AppError | undefined;
  private wake: () => void = () => undefined;

  /** True once there was any audio. */
  get hasAudio(): boolean {
    return this.bytes > 0;
  }

  /** True when `next` has something to say at once. */
  get isReady(): boolean {
    return this.pieces.length > 0 || this.ended || this.failure !== undefined;
  }

  onAudio(mulaw: Uint8Array, alignment: Alignment | null): void {
    const offsetMs = this.bytes / BYTES_PER_MS;
    this.bytes += mulaw.length;
    if (this.bytes > MOST_AUDIO_BYTES) {
      this.onFailure(tooMuchAudio('ElevenLabs'));
      return;
    }
    this.pieces.push({ type: 'audio', mulaw });
    if (alignment) this.tell(this.words.push(alignment, offsetMs));
    this.wake();
  }

  onFinal(): void {
    this.tell(this.words.flush());
    this.ended = true;
    this.wake();
  }

  onFailure(error: AppError): void {
    this.failure = error;
    this.wake();
  }

  /** The next piece; undefined at the end. What came before a failure is given first. Rejects when `signal` ends. */
  async next(signal: AbortSignal): Promise<SpeechPiece | undefined> {
    signal.throwIfAborted();
    if (!this.isReady) await this.something(signal);
    const piece = this.pieces.shift();
    if (!piece && this.failure) throw this.failure;
    return piece;
  }

  private something(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Error('given up'));
      signal.addEventListener('abort', stop, { once: true });
      this.wake = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
    });
  }

  private tell(words: readonly SpokenWord[]): void {
    if (words.length > 0) this.pieces.push({ type: 'words', words });
  }
}
