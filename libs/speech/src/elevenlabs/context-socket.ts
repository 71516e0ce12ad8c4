import { AppError, CancelTimer, Clock } from '@parley/kernel';
import { WebSocket } from 'ws';
import { networkError, refusalError, unavailable } from '../synthesis/speech-errors';
import { closeReason, contextError, readMessage } from './context-messages';
import type { Alignment } from './word-times';

/** What is told to whoever has a context. After `onFinal` or `onFailure`, nothing more. */
export interface ContextListener {
  onAudio(mulaw: Uint8Array, alignment: Alignment | null): void;
  onFinal(): void;
  onFailure(error: AppError): void;
}

export interface ContextSocketOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** Told once, when the socket is of no more use to anybody. */
  readonly onGone: () => void;
}

/** ElevenLabs breaks a socket that has more than five; one is left for what it counts otherwise than we do. */
export const MOST_CONTEXTS = 4;
/** Shorter than the vendor's own patience, so that no utterance begins on a socket that is being closed. */
const IDLE_MS = 120_000;
/** A context that was left and has not ended by then never will. */
const LEFT_MS = 5000;
const MOST_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * One multi-context socket. A context counts until ElevenLabs says that it has ended, also one that nobody listens to
 * any more. Closes by itself when it was idle for long.
 */
export class ContextSocket {
  private readonly socket: WebSocket;
  private readonly waiting: string[] = [];
  /** Null: its listener left. */
  private readonly contexts = new Map<string, ContextListener | null>();
  private readonly leaving = new Map<string, CancelTimer>();
  private cancelIdle: CancelTimer | undefined;
  private retired = false;
  private gone = false;

  constructor(private readonly options: ContextSocketOptions) {
    this.socket = new WebSocket(options.url, {
      headers: { 'xi-api-key': options.apiKey },
      handshakeTimeout: options.connectTimeoutMs,
      maxPayload: MOST_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.socket.on('open', () => {
      for (const text of this.waiting.splice(0)) this.socket.send(text);
    });
    this.socket.on('message', (data, isBinary) => {
      this.hear(isBinary ? '' : (data as Buffer).toString('utf8'));
    });
    this.socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.end(refusalError('ElevenLabs', { status: response.statusCode ?? 500 }));
    });
    this.socket.on('error', (error) => this.end(networkError('ElevenLabs', error)));
    this.socket.on('close', (code, reason) => this.end(closeError(code, reason.toString('utf8'))));
    this.rest();
  }

  get hasRoom(): boolean {
    return !this.retired && this.contexts.size < MOST_CONTEXTS;
  }

  /** Begins a context; only while there is room. */
  begin(contextId: string, messages: readonly string[], listener: ContextListener): void {
    this.cancelIdle?.();
    this.contexts.set(contextId, listener);
    if (this.socket.readyState === WebSocket.OPEN) for (const text of messages) this.socket.send(text);
    else this.waiting.push(...messages);
  }

  /**
   * The listener hears no more of its context. The vendor was told to close it when it began, and is only waited for.
   * `suspect`: the socket may be broken, and takes no new context.
   */
  leave(contextId: string, suspect: boolean): void {
    if (!this.contexts.get(contextId)) return;
    this.contexts.set(contextId, null);
    const giveUp = () => {
      this.leaving.delete(contextId);
      this.retire();
    };
    this.leaving.set(contextId, this.options.clock.after(LEFT_MS, giveUp));
    if (suspect) this.retire();
  }

  close(): void {
    this.end(unavailable('The voice was closed.'));
  }

  private hear(text: string): void {
    const message = readMessage(text);
    if (!message) {
      this.end(unavailable('ElevenLabs sent something else than its messages.'));
      return;
    }
    const { contextId, mulaw, alignment, isFinal, error } = message;
    if (error !== null) {
      this.fail(contextId, contextError(error));
      return;
    }
    if (contextId === null) return;
    if (mulaw && mulaw.length > 0) this.contexts.get(contextId)?.onAudio(mulaw, alignment);
    if (isFinal) this.finish(contextId)?.onFinal();
  }

  private fail(contextId: string | null, error: AppError): void {
    if (contextId === null) this.end(error);
    else {
      this.finish(contextId)?.onFailure(error);
      this.retire();
    }
  }

  private finish(contextId: string): ContextListener | null | undefined {
    const listener = this.contexts.get(contextId);
    this.contexts.delete(contextId);
    this.leaving.get(contextId)?.();
    this.leaving.delete(contextId);
    if (this.retired) this.closeWhenUnheard();
    else if (this.contexts.size === 0) this.rest();
    return listener;
  }

  private rest(): void {
    this.cancelIdle?.();
    this.cancelIdle = this.options.clock.after(IDLE_MS, () => this.close());
  }

  private retire(): void {
    this.retired = true;
    this.closeWhenUnheard();
  }

  private closeWhenUnheard(): void {
    if ([...this.contexts.values()].every((listener) => listener === null)) this.close();
  }

  private end(error: AppError): void {
    if (this.gone) return;
    this.gone = this.retired = true;
    this.cancelIdle?.();
    for (const cancel of this.leaving.values()) cancel();
    this.leaving.clear();
    const listeners = [...this.contexts.values()];
    this.contexts.clear();
    this.socket.terminate();
    this.options.onGone();
    for (const listener of listeners) listener?.onFailure(error);
  }
}

function closeError(code: number, reason: string): AppError {
  const named = closeReason(reason);
  if (named !== undefined) return contextError(named);
  return unavailable('ElevenLabs closed the connection.', { closeCode: code });
}
