import type { Transcription, TranscriptionListener } from '@parley/conversation';
import type { AppError, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { AudioWindow } from './audio-window';
import { ConnectionLimits, DeepgramConnection } from './deepgram-connection';
import { DeepgramMessage, MessageTranslator, settledUntil } from './deepgram-messages';

export interface TranscriptionSettings extends ConnectionLimits {
  readonly url: string;
  readonly apiKey: string;
  readonly closeTimeoutMs: number;
  /** A connection that was open for so long has earned the next one. */
  readonly healthyAfterMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BYTES_PER_MS = 8;
const WINDOW_BYTES = 2000 * BYTES_PER_MS;

/**
 * One session over as many connections as it takes: a connection that is lost gets one more, and that one another once
 * it was healthy for a while. The newest 2 s of audio whose words are not settled are kept all the time, so that a new
 * connection hears again what the lost one did not finish.
 */
export class DeepgramTranscription implements Transcription {
  private readonly unsettled = new AudioWindow(WINDOW_BYTES);
  private readonly translator = new MessageTranslator();
  private connection: DeepgramConnection | undefined;
  /** Where the running connection's audio begins in the whole of the audio. */
  private connectionStart = 0;
  private mayReconnect = true;
  private reconnects = 0;
  private openedAtMs: number | undefined;
  private closing: Promise<void> | undefined;
  private droppedBytes = 0;
  private garbage = 0;

  constructor(
    private readonly settings: TranscriptionSettings,
    private readonly listener: TranscriptionListener,
  ) {}

  start(): void {
    this.connect();
  }

  send(mulaw: Uint8Array): void {
    if (mulaw.length === 0 || this.closing) return;
    const lost = this.unsettled.push(mulaw);
    if (this.connection?.isOpen) {
      if (!this.connection.send(mulaw)) this.droppedBytes += mulaw.length;
    } else this.droppedBytes += lost;
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private connect(): void {
    const { url, apiKey } = this.settings;
    const connection = new DeepgramConnection(url, apiKey, this.settings, {
      onOpen: () => this.catchUp(connection),
      onMessage: (message) => this.heard(message),
      onGarbage: () => this.garbage++,
      onLost: (error) => this.lost(error),
    });
    this.connection = connection;
    connection.start();
  }

  private catchUp(connection: DeepgramConnection): void {
    this.openedAtMs = this.settings.clock.monotonicMs();
    this.connectionStart = this.unsettled.startPosition;
    connection.send(this.unsettled.read());
  }

  private heard(message: DeepgramMessage): void {
    const settledS = settledUntil(message);
    if (settledS !== undefined)
      this.unsettled.dropBefore(this.connectionStart + settledS * 1000 * BYTES_PER_MS);
    const event = this.translator.translate(message, this.connectionStart / BYTES_PER_MS);
    if (event) this.listener.onEvent(event);
  }

  private lost(error: AppError): void {
    this.connection = undefined;
    if (this.closing) return;
    const { logger, clock, healthyAfterMs } = this.settings;
    const openMs = this.openedAtMs === undefined ? 0 : clock.monotonicMs() - this.openedAtMs;
    this.openedAtMs = undefined;
    if (openMs >= healthyAfterMs) this.mayReconnect = true;
    if (error.kind === 'unavailable' && this.mayReconnect) {
      this.mayReconnect = false;
      this.reconnects++;
      logger.warn({ err: error }, 'transcriber connection lost, opening another');
      this.connect();
      return;
    }
    this.logEnd();
    this.closing = Promise.resolve();
    this.listener.onFailure(error);
  }

  private async finish(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    connection.finish();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.settings.closeTimeoutMs);
    });
    await Promise.race([connection.closed, deadline]);
    clearTimeout(timer);
    connection.destroy();
    await connection.closed;
    this.logEnd();
  }

  private logEnd(): void {
    const fields = {
      audioMs: Math.round(this.unsettled.endPosition / BYTES_PER_MS),
      droppedMs: Math.round(this.droppedBytes / BYTES_PER_MS),
      reconnects: this.reconnects,
      garbageMessages: this.garbage,
    };
    if (this.garbage || this.droppedBytes) this.settings.logger.warn(fields, 'transcription had losses');
    else this.settings.logger.debug(fields, 'transcription ended');
  }
}
