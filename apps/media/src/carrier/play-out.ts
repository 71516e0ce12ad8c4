import { FRAME_BYTES, FRAME_MS, MULAW_SILENCE } from '@parley/audio';
import type { Clock } from '@parley/kernel';
import type { Paced, Pacer } from './pacer';
import { WaitingAudio } from './waiting-audio';

/** The frames that go to the carrier. */
export interface PlayOutSink {
  media(mulaw: Uint8Array): void;
  mark(name: string): void;
  clear(): void;
}

interface Place<T> {
  readonly atByte: number;
  readonly value: T;
}

/** Audio goes out when less than this is ahead of the caller's ear, and up to the other. */
const lowWaterMs = 200;
const highWaterMs = 300;
/** Two minutes wait at most; more is refused (`AUDIO.BUFFER_FULL`). */
const maxWaitingBytes = 120 * 8_000;

/**
 * One call's outgoing audio: queued here, handed to the carrier in whole 20 ms frames and never more than 300 ms
 * before it is heard, so that little has to be dropped when the caller speaks.
 */
export class PlayOut implements Paced {
  private readonly waiting = new WaitingAudio(maxWaitingBytes);
  private marks: Place<string>[] = [];
  private begins: Place<() => void>[] = [];
  private queuedBytes = 0;
  private sentBytes = 0;
  /** When all that was sent will have been played, on the monotonic clock. */
  private heardUntilMs = 0;
  /** Frames that the carrier had to wait for while we held them. */
  lateFrames = 0;
  sentFrames = 0;

  constructor(
    private readonly clock: Clock,
    private readonly pacer: Pacer,
    private readonly sink: PlayOutSink,
  ) {}

  /**
   * Queues audio of any length, which is kept as it is and must not change. `began` is called when its first frame has gone out.
   * @throws AUDIO.BUFFER_FULL
   */
  queue(mulaw: Uint8Array, began?: () => void): void {
    this.noteDry();
    this.waiting.push(mulaw);
    if (began) this.begins.push({ atByte: this.queuedBytes, value: began });
    this.queuedBytes += mulaw.length;
    this.start();
  }

  /** Sends the mark behind all audio so far. `last`: a broken frame before it is filled up with silence. */
  mark(name: string, last: boolean): void {
    const missing = (FRAME_BYTES - (this.queuedBytes % FRAME_BYTES)) % FRAME_BYTES;
    if (last && missing > 0) {
      this.noteDry();
      this.waiting.push(new Uint8Array(missing).fill(MULAW_SILENCE));
      this.queuedBytes += missing;
    }
    this.marks.push({ atByte: this.queuedBytes, value: name });
    this.start();
  }

  /** Drops all that is queued, here and at the carrier; marks that wait here are never sent. */
  clear(): void {
    this.forget();
    this.heardUntilMs = 0;
    this.sink.clear();
  }

  /** Stops for good. */
  close(): void {
    this.forget();
    this.pacer.remove(this);
  }

  pump(nowMs: number): boolean {
    const aheadMs = this.heardUntilMs - nowMs;
    if (aheadMs < 0 && this.heardUntilMs > 0 && this.waiting.length >= FRAME_BYTES) {
      this.lateFrames += Math.ceil(-aheadMs / FRAME_MS);
    }
    if (aheadMs <= lowWaterMs) this.send(nowMs);
    this.sendMarks();
    return this.waiting.length >= FRAME_BYTES;
  }

  private start(): void {
    if (this.pump(this.clock.monotonicMs())) this.pacer.add(this);
  }

  /** It ran dry before anything more came, which is nobody's lateness here. */
  private noteDry(): void {
    const isDry = this.waiting.length < FRAME_BYTES && this.heardUntilMs < this.clock.monotonicMs();
    if (isDry) this.heardUntilMs = 0;
  }

  private send(nowMs: number): void {
    const aheadMs = Math.max(0, this.heardUntilMs - nowMs);
    const audio = this.waiting.take((highWaterMs - aheadMs) / FRAME_MS);
    if (audio.length === 0) return;
    this.sink.media(audio);
    this.sentBytes += audio.length;
    this.sentFrames += audio.length / FRAME_BYTES;
    this.heardUntilMs = Math.max(nowMs, this.heardUntilMs) + audio.length / (FRAME_BYTES / FRAME_MS);
    while (this.begins[0] && this.begins[0].atByte < this.sentBytes) this.begins.shift()?.value();
  }

  private sendMarks(): void {
    while (this.marks[0] && this.marks[0].atByte <= this.sentBytes) {
      this.sink.mark(this.marks.shift()?.value ?? '');
    }
  }

  private forget(): void {
    this.waiting.clear();
    this.marks = [];
    this.begins = [];
    this.queuedBytes = this.sentBytes;
  }
}
