import type { ConversationEvent, Transcriber, TranscriberOptions, Transcription } from '@parley/conversation';
import type { Clock } from '@parley/kernel';
import { AudioZero } from './audio-zero';
import { faultOf } from './provider-requests';

/** Two seconds of frames wait while there is no transcriber; then the oldest is dropped. */
const maxEarlyFrames = 100;

/** The ear of one call: one transcription at a time, opened anew when the conversation asks for it. */
export class Listening {
  private current: Transcription | undefined;
  private zero = new AudioZero();
  private early: Uint8Array[] = [];
  private readonly closing = new Set<Promise<void>>();

  constructor(
    private readonly transcriber: Transcriber,
    private readonly options: () => TranscriberOptions | null,
    private readonly hear: (event: ConversationEvent) => void,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  open(): void {
    const options = this.options();
    if (!options) return;
    this.drop();
    const session: { transcription?: Transcription } = {};
    const isCurrent = () => session.transcription === undefined || session.transcription === this.current;
    const failed = (error: unknown) => this.hear({ type: 'transcriber_failed', fault: faultOf(error) });
    try {
      session.transcription = this.transcriber.open(options, {
        onEvent: (event) => isCurrent() && this.hear(event),
        onFailure: (error) => isCurrent() && failed(error),
      });
    } catch (error) {
      failed(error);
      return;
    }
    this.current = session.transcription;
    this.zero = new AudioZero();
    if (this.early.length > 0) this.pass(this.early.splice(0));
  }

  send(mulaw: Uint8Array): void {
    if (this.current) {
      this.pass([mulaw]);
      return;
    }
    if (this.early.length >= maxEarlyFrames) this.early.shift();
    this.early.push(mulaw);
  }

  private pass(frames: readonly Uint8Array[]): void {
    let bytes = 0;
    for (const frame of frames) {
      this.current?.send(frame);
      bytes += frame.length;
    }
    const audioMs = this.zero.passed(bytes, this.clock.monotonicMs());
    if (audioMs !== null) this.hear({ type: 'listening_began', audioMs });
  }

  /** Resolves when every session is closed. */
  async close(): Promise<void> {
    this.drop();
    this.early = [];
    await Promise.all(this.closing);
  }

  private drop(): void {
    const { current } = this;
    if (!current) return;
    this.current = undefined;
    const closed: Promise<void> = current
      .close()
      .catch(() => undefined)
      .finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }
}
