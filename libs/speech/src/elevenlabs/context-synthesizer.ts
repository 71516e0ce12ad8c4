import type { SpeechPiece, VoiceSettings } from '@parley/conversation';
import { AppError, Clock, StreamGuard, SystemClock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { networkError, noAudio, noFirstByte, stalled } from '../synthesis/speech-errors';
import {
  CONNECT_TIMEOUT_MS,
  FIRST_BYTE_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  SynthesizerOptions,
} from '../synthesis/synthesizer-options';
import { contextMessages, SocketAddress, socketAddress } from './context-messages';
import { ContextSocket } from './context-socket';
import { ContextStream } from './context-stream';
import type { VoiceDefaults } from './speech-request';

/**
 * Speech over ElevenLabs' multi-context sockets, with the times of the words. Sockets stay open and are shared by all
 * calls with the same voice and key: a turn then costs no handshake, and a call no socket of its own. Each carries as
 * many utterances at once as the vendor allows; when all are full, another one is opened. A socket that is lost takes at
 * most these with it, and what had not begun to sound is asked for once more.
 */
export class ContextSynthesizer {
  private readonly sockets = new Map<string, ContextSocket[]>();
  private readonly baseUrl: string;
  private readonly connectTimeoutMs: number;
  private readonly firstByteTimeoutMs: number;
  private readonly stallTimeoutMs: number;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private contexts = 0;

  constructor(
    options: Omit<SynthesizerOptions, 'apiKey'> & { readonly baseUrl: string },
    private readonly defaults: VoiceDefaults,
  ) {
    this.baseUrl = options.baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
    this.connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.firstByteTimeoutMs = options.firstByteTimeoutMs ?? FIRST_BYTE_TIMEOUT_MS;
    this.stallTimeoutMs = options.stallTimeoutMs ?? STALL_TIMEOUT_MS;
    this.clock = options.clock ?? new SystemClock();
    this.logger = options.logger;
  }

  async *speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    if (signal.aborted) return;
    const guard = new StreamGuard(signal, this.clock);
    try {
      guard.expect(this.firstByteTimeoutMs, () => noFirstByte('ElevenLabs', this.firstByteTimeoutMs));
      const first = new ContextStream();
      try {
        yield* this.attempt(first, text, voice, guard);
      } catch (error) {
        if (guard.signal.aborted || first.hasAudio || !isLoss(error)) throw error;
        this.logger.debug({ err: error }, 'the voice was lost before any answer, asked once more');
        yield* this.attempt(new ContextStream(), text, voice, guard);
      }
    } catch (error) {
      if (guard.endedByCaller) return;
      throw guard.failure ?? (AppError.is(error) ? error : networkError('ElevenLabs', error));
    } finally {
      guard.close();
    }
  }

  /** Opens a socket for this voice unless one has room. Never throws. */
  warm(voice: VoiceSettings): void {
    try {
      this.socketFor(socketAddress(voice, this.defaults));
    } catch (error) {
      this.logger.debug({ err: error }, 'warming the voice failed');
    }
  }

  close(): void {
    for (const sockets of [...this.sockets.values()]) for (const socket of [...sockets]) socket.close();
  }

  private async *attempt(
    stream: ContextStream,
    text: string,
    voice: VoiceSettings,
    guard: StreamGuard,
  ): AsyncGenerator<SpeechPiece> {
    const contextId = `c${++this.contexts}`;
    const socket = this.socketFor(socketAddress(voice, this.defaults));
    socket.begin(contextId, contextMessages(contextId, text, voice), stream);
    try {
      for (;;) {
        if (stream.hasAudio && !stream.isReady)
          guard.expect(this.stallTimeoutMs, () => stalled(this.stallTimeoutMs));
        const piece = await stream.next(guard.signal);
        guard.rest();
        if (!piece) break;
        yield piece;
      }
      if (!stream.hasAudio) throw noAudio();
    } finally {
      socket.leave(contextId, guard.failure !== undefined);
    }
  }

  private socketFor(address: SocketAddress): ContextSocket {
    const key = `${address.path} ${address.apiKey}`;
    const sockets = this.sockets.get(key) ?? [];
    const open = sockets.find((socket) => socket.hasRoom);
    if (open) return open;
    const socket: ContextSocket = new ContextSocket({
      url: this.baseUrl + address.path,
      apiKey: address.apiKey,
      connectTimeoutMs: this.connectTimeoutMs,
      clock: this.clock,
      onGone: () => {
        sockets.splice(sockets.indexOf(socket), 1);
        if (sockets.length === 0) this.sockets.delete(key);
      },
    });
    sockets.push(socket);
    this.sockets.set(key, sockets);
    return socket;
  }
}

/** The connection is gone, in whatever way; a refusal is none. */
function isLoss(error: unknown): boolean {
  return AppError.is(error) && error.code === 'SYNTHESIZER.UNAVAILABLE';
}
