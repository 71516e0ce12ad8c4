import type {
  Transcriber,
  TranscriberEvent,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
} from '@parley/conversation';
import { AppError, FallbackChain } from '@parley/kernel';
import type { CancelTimer, ChainLink, Clock } from '@parley/kernel';
import { AudioWindow } from '../listening/audio-window';
import { placedEvent } from '../listening/placed-event';
import { bytesPerMs } from '../listening/vendor-wire';
import { soundingBytes } from '../listening/sounding-bytes';

/** As long as a transcriber may take to be found dead: what was said meanwhile is heard by the next. */
const WINDOW_BYTES = 4_000 * bytesPerMs;
/**
 * One that is tried again because it had fallen silent within a turn hears that turn at once, and must settle it: so
 * soon after it was opened and after the caller was last heard.
 */
const PROOF_WITHIN_MS = 800;
/** So many sessions in a row without a word of what sounds like some: another transcriber hears it, or it is noise. */
const MOST_MUTE = 2;
/** A session that lasted so long proves that its transcriber works: it may be tried again. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Hears with the first transcriber of a chain that can. One that is lost for good is followed by the next; when none is
 * left, the first of them that might do better is tried once more. A failure that is told is not worth another session.
 */
export class FallbackTranscriber implements Transcriber {
  constructor(
    private readonly chain: FallbackChain<Transcriber>,
    private readonly clock: Clock,
  ) {}

  get name(): string {
    return this.chain.current.name;
  }

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const transcription = new FallbackTranscription(this.chain, this.clock, options, listener);
    transcription.start();
    return transcription;
  }
}

/** One session over as many transcribers as it takes. The newest audio without settled words is kept for the next one. */
class FallbackTranscription implements Transcription {
  private readonly unsettled = new AudioWindow(WINDOW_BYTES);
  private current: Transcription | undefined;
  private readonly tried = new Set<ChainLink<Transcriber>>();
  private openedAtMs = 0;
  private isOver = false;
  private isLastTrial = false;
  /** That somebody speaks was told, and not yet what they said to the end. */
  private hasOpenTurn = false;
  /** Somebody was heard, by whichever transcriber. */
  private hasHeard = false;
  private muteInRow = 0;
  private soundedAtMs = 0;
  private cancelProof: CancelTimer | undefined;
  private readonly closing: Promise<void>[] = [];

  constructor(
    private readonly chain: FallbackChain<Transcriber>,
    private readonly clock: Clock,
    private readonly options: TranscriberOptions,
    private readonly listener: TranscriptionListener,
  ) {}

  start(): void {
    this.openWith(this.chain.current);
  }

  send(mulaw: Uint8Array): void {
    if (this.isOver) return;
    this.unsettled.push(mulaw);
    if (this.cancelProof && soundingBytes(mulaw) > 0) this.soundedAtMs = this.clock.monotonicMs();
    this.current?.send(mulaw);
  }

  async close(): Promise<void> {
    const last = this.isOver ? undefined : this.current?.close();
    this.isOver = true;
    this.cancelProof?.();
    await Promise.all([...this.closing, last]);
  }

  /** `proof`: the error with which it ends again unless it says something soon. */
  private openWith(link: ChainLink<Transcriber>, proof?: AppError): void {
    this.tried.add(link);
    this.openedAtMs = this.clock.monotonicMs();
    const startMs = this.unsettled.startPosition / bytesPerMs;
    const session: {
      transcription?: Transcription;
      isLost?: boolean;
      hasHeard?: boolean;
      hasSettled?: boolean;
    } = {};
    session.transcription = link.provider.open(this.options, {
      onEvent: (event) => {
        if (session.isLost) return;
        if (!session.hasHeard) this.chain.succeeded(link);
        session.hasHeard = true;
        session.hasSettled ||= event.type === 'final' || event.type === 'utterance_ended';
        this.heard(event, startMs);
      },
      onFailure: (error) => {
        session.isLost = true;
        this.lost(link, AppError.from(error), session.transcription);
      },
    });
    // It may have failed at once, and the next one be there already.
    if (session.isLost) return;
    this.current = session.transcription;
    const missed = this.unsettled.read();
    if (missed.length > 0) this.current.send(missed);
    if (!proof) return;
    const check = () => {
      this.cancelProof = undefined;
      if (session.hasSettled || session.isLost) return;
      const quietMs = this.clock.monotonicMs() - this.soundedAtMs;
      if (quietMs < PROOF_WITHIN_MS) {
        this.cancelProof = this.clock.after(PROOF_WITHIN_MS - quietMs, check);
        return;
      }
      session.isLost = true;
      this.lost(link, proof, session.transcription);
    };
    this.cancelProof = this.clock.after(PROOF_WITHIN_MS, check);
  }

  private heard(event: TranscriberEvent, startMs: number): void {
    const placed = placedEvent(event, startMs);
    this.hasHeard = true;
    this.muteInRow = 0;
    this.hasOpenTurn = placed.type !== 'final' && placed.type !== 'utterance_ended';
    if (placed.type === 'final') this.unsettled.dropBefore(Math.floor(placed.endMs * bytesPerMs));
    this.listener.onEvent(placed);
  }

  private lost(link: ChainLink<Transcriber>, error: AppError, lost: Transcription | undefined): void {
    if (this.isOver) return;
    if (lost) this.closing.push(lost.close().catch(() => undefined));
    if (this.clock.monotonicMs() - this.openedAtMs >= HEALTHY_AFTER_MS) {
      this.tried.clear();
      this.isLastTrial = false;
    }
    this.tried.add(link);
    if (this.seemsNoise(error)) {
      this.openWith(link);
      return;
    }
    const next = this.chain.failed(link, error, this.tried);
    if (next) {
      this.openWith(next);
      return;
    }
    if (!this.isLastTrial && error.retryable) {
      this.isLastTrial = true;
      this.openWith(
        this.chain.current,
        this.hasOpenTurn && error.code === 'TRANSCRIBER.STALLED' ? error : undefined,
      );
      return;
    }
    this.isOver = true;
    const { code, message } = error;
    this.listener.onFailure(new AppError('internal', code, message, { cause: error }));
  }

  /**
   * True for what no session noticed though it sounds like words, once somebody was heard in this call: it may be music
   * or keys, for which no call ends and no vendor is to blame. A session of its own hears it again, in case it was not.
   */
  private seemsNoise(error: AppError): boolean {
    if (error.code !== 'TRANSCRIBER.MUTE' || !this.hasHeard) return false;
    this.muteInRow += 1;
    if (this.muteInRow < MOST_MUTE) return true;
    if (this.chain.hasNext(this.tried)) return false;
    this.unsettled.dropBefore(this.unsettled.endPosition);
    return true;
  }
}
