import type { Agent } from 'node:http';
import type { AppError } from '@parley/kernel';
import { RawData, WebSocket } from 'ws';
import { HeardSound } from './heard-sound';
import {
  connectTimeout,
  endedSession,
  mute,
  networkError,
  refusalError,
  refusalOf,
  stalled,
} from './transcriber-errors';
import { bytesPerMs, Frame, Reading, VendorWire } from './vendor-wire';

/** How long a connection waits for what. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  /** Without audio for so long, a sign of life is sent. */
  readonly keepAliveAfterMs: number;
  /**
   * Audio of this length that should be answered, and this time gone by, without any message: the session is dead. After
   * half of it, one that did not notice that somebody spoke is taken for mute.
   */
  readonly stallTimeoutMs: number;
}

/** What a connection tells. `onLost` comes at most once, is the last, and never after `finish` or `destroy`. */
export interface ConnectionListener {
  onOpen(): void;
  onReading(reading: Reading): void;
  onGarbage(): void;
  onLost(error: AppError): void;
}

/** About 2 s of audio in the longest form, and as much heard again. */
const MOST_UNSENT_BYTES = 48 * 1024;
const MOST_MESSAGE_BYTES = 1024 * 1024;

/** One socket to a vendor, from its handshake to its close. */
export class VendorConnection {
  private socket: WebSocket | undefined;
  private connectTimer: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private listener: ConnectionListener | undefined;
  private lastSentAtMs = 0;
  private lastMessageAtMs = 0;
  private lastSignAtMs = 0;
  private bytesSinceMessage = 0;
  private readonly sound = new HeardSound();
  private isFinishing = false;
  private readonly gone: Promise<void>;
  private markGone: () => void = () => undefined;

  constructor(
    private readonly wire: VendorWire,
    private readonly limits: ConnectionLimits,
    private readonly agent: Agent | undefined,
    listener: ConnectionListener,
  ) {
    this.listener = listener;
    this.gone = new Promise((resolve) => (this.markGone = resolve));
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Resolves when the socket is closed, however it came to that. */
  get closed(): Promise<void> {
    return this.gone;
  }

  start(): void {
    const { vendor } = this.wire;
    let socket: WebSocket;
    try {
      const { url, headers } = this.wire.target();
      socket = new WebSocket(url, {
        headers,
        perMessageDeflate: false,
        maxPayload: MOST_MESSAGE_BYTES,
        ...(this.agent && { agent: this.agent }),
      });
    } catch (error) {
      // An address or a key that cannot be put into a request; told like every other failure, never thrown.
      setImmediate(() => {
        this.markGone();
        this.lose(networkError(vendor, error));
      });
      return;
    }
    this.socket = socket;
    this.connectTimer = setTimeout(() => this.lose(connectTimeout(vendor)), this.limits.connectTimeoutMs);
    socket.on('open', () => this.opened());
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('pong', () => (this.lastSignAtMs = performance.now()));
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.lose(refusalError(vendor, refusalOf(response.statusCode ?? 0, response.headers)));
    });
    socket.on('error', (error) => this.lose(networkError(vendor, error)));
    socket.on('close', (code, reason) => {
      this.markGone();
      this.lose(this.wire.closeError(code, reason.toString('utf8').slice(0, 200)));
    });
  }

  /** Sends audio. Returns false when it was dropped: the socket is not open, or the server takes nothing any more. */
  send(mulaw: Uint8Array): boolean {
    if (mulaw.length === 0) return true;
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_UNSENT_BYTES) return false;
    for (const frame of this.wire.audio(mulaw)) socket.send(frame);
    this.lastSentAtMs = performance.now();
    this.bytesSinceMessage += mulaw.length;
    if (this.wire.answers !== 'all_audio') this.sound.push(mulaw);
    return true;
  }

  /** Asks for the last results and the close. */
  finish(): void {
    this.stopTimers();
    if (!this.isOpen) {
      this.destroy();
      return;
    }
    this.sendAll(this.wire.farewell());
    this.isFinishing = true;
    this.closeIfFinished();
  }

  destroy(): void {
    this.listener = undefined;
    this.stopTimers();
    this.socket?.terminate();
  }

  private opened(): void {
    clearTimeout(this.connectTimer);
    this.lastSentAtMs = this.lastMessageAtMs = this.lastSignAtMs = performance.now();
    const tickMs = Math.max(10, Math.min(this.limits.keepAliveAfterMs, this.limits.stallTimeoutMs) / 4);
    this.watch = setInterval(() => this.tick(), tickMs);
    this.sendAll(this.wire.greeting());
    this.listener?.onOpen();
  }

  private received(data: RawData, isBinary: boolean): void {
    this.lastMessageAtMs = this.lastSignAtMs = performance.now();
    this.bytesSinceMessage = 0;
    // ws gives text frames as one Buffer unless told otherwise.
    const reading = isBinary ? undefined : this.wire.read((data as Buffer).toString('utf8'));
    if (reading === undefined) {
      this.listener?.onGarbage();
      return;
    }
    if (reading.events || reading.settledMs !== undefined) this.sound.answered();
    this.listener?.onReading(reading);
    if (reading.error) this.lose(reading.error);
    else this.closeIfFinished();
  }

  private tick(): void {
    const nowMs = performance.now();
    const { keepAlive, answers, vendor } = this.wire;
    const { keepAliveAfterMs, stallTimeoutMs } = this.limits;
    if (keepAlive !== null && nowMs - this.lastSentAtMs >= keepAliveAfterMs) {
      this.sendAll([keepAlive]);
      this.lastSentAtMs = nowMs;
    }
    const waitedMs = nowMs - this.lastMessageAtMs;
    if (waitedMs >= stallTimeoutMs && this.owesAnswer()) {
      this.lose(stalled(vendor, stallTimeoutMs));
      return;
    }
    if (waitedMs >= stallTimeoutMs / 2 && this.seemsMute()) {
      this.lose(mute(vendor));
      return;
    }
    if (answers === 'all_audio') return;
    if (nowMs - this.lastSignAtMs >= 2 * stallTimeoutMs)
      this.lose(endedSession(vendor, { silentMs: Math.round(nowMs - this.lastSignAtMs) }));
    else if (nowMs - this.lastSignAtMs >= stallTimeoutMs / 2 && this.isOpen) this.socket?.ping();
  }

  /** True when a healthy server would have said something by now. */
  private owesAnswer(): boolean {
    const { answers, isIdle } = this.wire;
    const { stallTimeoutMs } = this.limits;
    if (answers === 'all_audio') return this.bytesSinceMessage / bytesPerMs >= stallTimeoutMs;
    // Whoever the vendor says has begun to speak must have ended, as far as it is concerned, after such a quiet.
    if (isIdle) return false;
    return (
      this.sound.quietMs >= stallTimeoutMs || (answers === 'sound' && this.sound.soundMs >= stallTimeoutMs)
    );
  }

  /** True when somebody has spoken, as it sounds, and is quiet again, and the server did not notice. */
  private seemsMute(): boolean {
    const { answers, isIdle } = this.wire;
    if (answers === 'all_audio' || !isIdle) return false;
    return this.sound.looksSpoken && this.sound.quietMs >= this.limits.stallTimeoutMs / 2;
  }

  private closeIfFinished(): void {
    if (this.isFinishing && this.wire.isFinished) this.socket?.close(1000);
  }

  private sendAll(frames: readonly Frame[]): void {
    if (!this.isOpen) return;
    for (const frame of frames) this.socket?.send(frame);
  }

  private lose(error: AppError): void {
    const { listener } = this;
    this.destroy();
    listener?.onLost(error);
  }

  private stopTimers(): void {
    clearTimeout(this.connectTimer);
    clearInterval(this.watch);
  }
}
