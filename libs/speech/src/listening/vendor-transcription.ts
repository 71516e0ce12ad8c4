import type { Agent } from 'node:http';
import type { Transcription, TranscriptionListener } from '@parley/conversation';
import type { AppError, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { AudioWindow } from './audio-window';
import { placedEvent } from './placed-event';
import { ConnectionLimits, VendorConnection } from './vendor-connection';
import { bytesPerMs, Reading, VendorWire } from './vendor-wire';

export interface TranscriptionSettings extends ConnectionLimits {
  readonly closeTimeoutMs: number;
  /** A connection that was open for so long has earned the next one. */
  readonly healthyAfterMs: number;
  /** A connection of this age is exchanged for a new one as soon as nobody speaks; null: never. */
  readonly renewAfterMs: number | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly agent?: Agent | undefined;
}

/** What a stalled session was sent until it was given up, with some to spare. */
const WINDOW_BYTES = 4000 * bytesPerMs;
/** A connection that is due to be renewed is given so long to find a pause. */
const RENEWAL_PATIENCE_MS = 120_000;

/**
 * One session over as many connections as it takes: a connection that is lost gets one more, and that one another once
 * it was healthy for a while. The newest 4 s of audio whose words are not settled are kept all the time, so that a new
 * connection hears again what the lost one did not finish. Times are those of the session's audio, whichever
 * connection heard it.
 */
export class VendorTranscription implements Transcription {
  private readonly unsettled = new AudioWindow(WINDOW_BYTES);
  private connection: VendorConnection | undefined;
  /** Where the running connection's audio begins in the whole of the audio. */
  private connectionStart = 0;
  private mayReconnect = true;
  private reconnects = 0;
  private openedAtMs: number | undefined;
  private hasHeard = false;
  private closing: Promise<void> | undefined;
  private droppedBytes = 0;
  private garbage = 0;

  constructor(
    private readonly wire: VendorWire,
    private readonly settings: TranscriptionSettings,
    private readonly listener: TranscriptionListener,
  ) {}

  start(): void {
    this.connect();
  }

  send(mulaw: Uint8Array): void {
    if (mulaw.length === 0 || this.closing) return;
    const lost = this.unsettled.push(mulaw);
    if (!this.connection?.isOpen) {
      this.droppedBytes += lost;
      return;
    }
    if (!this.connection.send(mulaw)) {
      this.droppedBytes += mulaw.length;
      // The connection's own axis does not know of what it was not sent.
      this.connectionStart += mulaw.length;
    }
    if (this.isRenewalDue()) this.renew();
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private connect(): void {
    const connection: VendorConnection = new VendorConnection(this.wire, this.settings, this.settings.agent, {
      onOpen: () => this.catchUp(connection),
      onReading: (reading) => this.heard(reading),
      onGarbage: () => this.garbage++,
      onLost: (error) => this.lost(error),
    });
    this.connection = connection;
    connection.start();
  }

  private catchUp(connection: VendorConnection): void {
    this.openedAtMs = this.settings.clock.monotonicMs();
    this.hearAgain(connection);
  }

  private hearAgain(connection: VendorConnection): void {
    this.connectionStart = this.unsettled.startPosition;
    this.hasHeard = true;
    connection.send(this.unsettled.read());
  }

  private heard(reading: Reading): void {
    if (reading.settledMs !== undefined)
      this.unsettled.dropBefore(this.connectionStart + reading.settledMs * bytesPerMs);
    const offsetMs = this.connectionStart / bytesPerMs;
    for (const event of reading.events ?? []) this.listener.onEvent(placedEvent(event, offsetMs));
    if (reading.restarts && this.connection?.isOpen && !this.closing) {
      this.settleForNext();
      this.hearAgain(this.connection);
    }
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
      this.settleForNext();
      this.connect();
      return;
    }
    this.logEnd();
    this.closing = Promise.resolve();
    this.listener.onFailure(error);
  }

  /** Words that the next connection cannot hear whole are told now, as far as they are known. */
  private settleForNext(): void {
    if (!this.hasHeard) return;
    this.hasHeard = false;
    this.heard(this.wire.lost((this.unsettled.startPosition - this.connectionStart) / bytesPerMs));
  }

  private isRenewalDue(): boolean {
    const { renewAfterMs, clock } = this.settings;
    if (renewAfterMs === null || this.openedAtMs === undefined) return false;
    const ageMs = clock.monotonicMs() - this.openedAtMs;
    return ageMs >= renewAfterMs && (this.wire.isIdle || ageMs >= renewAfterMs + RENEWAL_PATIENCE_MS);
  }

  /** The old connection is dropped in a pause; what is said while the new one opens waits in the window. */
  private renew(): void {
    const { connection } = this;
    this.openedAtMs = undefined;
    this.settleForNext();
    this.connect();
    connection?.destroy();
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
      vendor: this.wire.vendor,
      audioMs: Math.round(this.unsettled.endPosition / bytesPerMs),
      droppedMs: Math.round(this.droppedBytes / bytesPerMs),
      reconnects: this.reconnects,
      garbageMessages: this.garbage,
    };
    if (this.garbage || this.droppedBytes) this.settings.logger.warn(fields, 'transcription had losses');
    else this.settings.logger.debug(fields, 'transcription ended');
  }
}
