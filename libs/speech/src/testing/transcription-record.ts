import type { TranscriberEvent, TranscriptionListener } from '@parley/conversation';

type Final = Extract<TranscriberEvent, { type: 'final' }>;

/** Keeps all that a transcription told, and waits for what it has yet to tell. */
export class TranscriptionRecord implements TranscriptionListener {
  readonly events: TranscriberEvent[] = [];
  readonly failures: Error[] = [];
  private waiting: (() => void)[] = [];

  onEvent(event: TranscriberEvent): void {
    this.events.push(event);
    this.wake();
  }

  onFailure(error: Error): void {
    this.failures.push(error);
    this.wake();
  }

  get finals(): Final[] {
    return this.events.filter((event) => event.type === 'final');
  }

  /** All settled words, without case and marks. */
  get words(): string[] {
    return this.finals.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []);
  }

  /** Resolves once `holds` does. */
  async until(holds: (record: this) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
