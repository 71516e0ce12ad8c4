import type { ConversationEvent, Transcriber, TranscriberOptions, Transcription } from '@parley/conversation';
import { faultOf } from './provider-requests';

/** Two seconds of frames wait while there is no transcriber; then the oldest is dropped. */
const maxEarlyFrames = 100;

/** The ear of one call: one transcription at a time, opened anew when the conversation asks for it. */
export class Listening {
  private current: Transcription | undefined;
  private early: Uint8Array[] = [];
  private readonly closing = new Set<Promise<void>>();

  constructor(
    private readonly transcriber: Transcriber,
    private readonly options: () => TranscriberOptions | null,
    private readonly hear: (event: ConversationEvent) => void,
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
    for (const frame of this.early.splice(0)) this.current.send(frame);
  }

  send(mulaw: Uint8Array): void {
    if (this.current) {
      this.current.send(mulaw);
      return;
    }
    if (this.early.length >= maxEarlyFrames) this.early.shift();
    this.early.push(mulaw);
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
