import { AppError } from '@parley/kernel';
import { RawData, WebSocket } from 'ws';
import { closeError, networkError, refusalError } from './deepgram-errors';
import { DeepgramMessage, parseDeepgramMessage } from './deepgram-messages';

/** How long a connection waits for what. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  /** Without audio for so long, a KeepAlive is sent; Deepgram ends a session after 10 s without either. */
  readonly keepAliveAfterMs: number;
  /** Audio of this length sent, and this time gone by, without any message: the session is dead. */
  readonly stallTimeoutMs: number;
}

/** What a connection tells. `onLost` comes at most once, is the last, and never after `finish` or `destroy`. */
export interface ConnectionListener {
  onOpen(): void;
  onMessage(message: DeepgramMessage): void;
  onGarbage(): void;
  onLost(error: AppError): void;
}

const BYTES_PER_MS = 8;
const MOST_UNSENT_BYTES = 128 * 1024;
const MOST_MESSAGE_BYTES = 1024 * 1024;

/** One socket to Deepgram's `/v1/listen`, from its handshake to its close. */
export class DeepgramConnection {
  private socket: WebSocket | undefined;
  private connectTimer: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private listener: ConnectionListener | undefined;
  private lastSentAtMs = 0;
  private lastMessageAtMs = 0;
  private bytesSinceMessage = 0;
  private readonly gone: Promise<void>;
  private markGone: () => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly limits: ConnectionLimits,
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
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.url, {
        headers: { authorization: `Token ${this.apiKey}` },
        perMessageDeflate: false,
        maxPayload: MOST_MESSAGE_BYTES,
      });
    } catch (error) {
      // An address or a key that cannot be put into a request; told like every other failure, never thrown.
      setImmediate(() => {
        this.markGone();
        this.lose(networkError(error));
      });
      return;
    }
    this.socket = socket;
    this.connectTimer = setTimeout(() => this.lose(connectTimeout()), this.limits.connectTimeoutMs);
    socket.on('open', () => this.opened());
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('unexpected-response', (request, response) => {
      const header = (name: string) => [response.headers[name]].flat()[0];
      const status = response.statusCode ?? 0;
      request.destroy();
      this.lose(refusalError({ status, reason: header('dg-error'), requestId: header('dg-request-id') }));
    });
    socket.on('error', (error) => this.lose(networkError(error)));
    socket.on('close', (code, reason) => {
      this.markGone();
      this.lose(closeError(code, reason.toString('utf8')));
    });
  }

  /**
   * Sends audio as it is. Returns false when it was dropped: the socket is not open, or the server takes nothing any
   * more. An empty piece is never sent: to Deepgram it means the end.
   */
  send(mulaw: Uint8Array): boolean {
    if (mulaw.length === 0) return true;
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_UNSENT_BYTES) return false;
    socket.send(mulaw);
    this.lastSentAtMs = performance.now();
    this.bytesSinceMessage += mulaw.length;
    return true;
  }

  /** Asks for the last results and the close. */
  finish(): void {
    this.stopTimers();
    if (this.socket?.readyState !== WebSocket.OPEN) {
      this.destroy();
      return;
    }
    this.socket.send('{"type":"CloseStream"}');
  }

  destroy(): void {
    this.listener = undefined;
    this.stopTimers();
    this.socket?.terminate();
  }

  private opened(): void {
    clearTimeout(this.connectTimer);
    this.lastSentAtMs = this.lastMessageAtMs = performance.now();
    const tickMs = Math.max(10, Math.min(this.limits.keepAliveAfterMs, this.limits.stallTimeoutMs) / 4);
    this.watch = setInterval(() => this.tick(), tickMs);
    this.listener?.onOpen();
  }

  private received(data: RawData, isBinary: boolean): void {
    this.lastMessageAtMs = performance.now();
    this.bytesSinceMessage = 0;
    // ws gives text frames as one Buffer unless told otherwise.
    const message = isBinary ? undefined : parseDeepgramMessage((data as Buffer).toString('utf8'));
    if (message === undefined) this.listener?.onGarbage();
    else if (message !== 'other') this.listener?.onMessage(message);
  }

  private tick(): void {
    const nowMs = performance.now();
    const { keepAliveAfterMs, stallTimeoutMs } = this.limits;
    if (nowMs - this.lastSentAtMs >= keepAliveAfterMs && this.isOpen) {
      this.socket?.send('{"type":"KeepAlive"}');
      this.lastSentAtMs = nowMs;
    }
    // Deepgram sends results at least every second or so while audio flows, also for silence.
    const unansweredMs = this.bytesSinceMessage / BYTES_PER_MS;
    if (unansweredMs >= stallTimeoutMs && nowMs - this.lastMessageAtMs >= stallTimeoutMs)
      this.lose(
        new AppError('timeout', 'TRANSCRIBER.STALLED', 'Deepgram hears audio and says nothing.', {
          details: { stallTimeoutMs },
        }),
      );
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

function connectTimeout(): AppError {
  return new AppError('timeout', 'TRANSCRIBER.TIMEOUT', 'Deepgram did not answer the handshake in time.');
}
