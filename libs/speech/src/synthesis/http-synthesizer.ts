import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { AppError, Clock, StreamGuard, SystemClock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { Dispatcher, Pool } from 'undici';
import { ownVoice } from './own-voice';
import {
  networkError,
  noAudio,
  noFirstByte,
  refusalError,
  retryAfterMs,
  stalled,
  unavailable,
} from './speech-errors';
import {
  CONNECT_TIMEOUT_MS,
  FIRST_BYTE_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  SynthesizerOptions,
} from './synthesizer-options';

/** One request for speech. */
export interface SpeechRequest {
  /** With its query; behind the base URL's own path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes telephone audio of a vendor's bytes, piece by piece; one for each answer. */
export interface AudioDecoder {
  push(bytes: Uint8Array): Uint8Array;
  /** What is still on its way when the answer has ended. */
  flush(): Uint8Array;
}

/** How a vendor differs from the others. */
export interface HttpVendor {
  /** As agents' voices name it. */
  readonly provider: string;
  /** For people. */
  readonly name: string;
  readonly baseUrl: string;
  /** `voice` is the provider's own: what another's would say is left out. */
  readonly request: (text: string, voice: VoiceSettings) => SpeechRequest;
  /** The vendor's name for what is wrong, out of the body of a refusal, which may be anything. */
  readonly reasonOf?: (body: string) => string | undefined;
  /** What such a name means, in HTTP's terms, where that says more than the status of a refusal. */
  readonly statusOf?: (reason: string) => number | undefined;
  /** When its audio is not µ-law already. */
  readonly decoder?: () => AudioDecoder;
}

/** A server that keeps a connection longer than this without use is rare; undici obeys a shorter hint of the server. */
const KEEP_ALIVE_MS = 55_000;
const WARM_TIMEOUT_MS = 2000;
const MOST_ERROR_BYTES = 16 * 1024;
/** 200 ms at 24 kHz: less than half a millisecond of work. */
const DECODED_AT_ONCE_BYTES = 9600;
/** Pages, and formats that are never headerless samples: as those they would be loud noise. */
const NOT_SAMPLES =
  /^(text\/|application\/(\w+\+)?(json|xml)|audio\/(mpeg|mp3|ogg|webm|opus|flac|aac|mp4)\b)/i;

/**
 * Speech of one vendor, streamed over HTTP. Connections are kept and shared by all calls; a request that fails before
 * any answer is sent once more, within the same deadline. A voice of another provider is spoken with the deployment's
 * own. Throws the codes of the port, and `SYNTHESIZER.REJECTED` (the request is wrong), `…QUOTA_EXHAUSTED`, and
 * `…UNAVAILABLE` for an answer that is no audio.
 */
export class HttpSynthesizer implements Synthesizer {
  readonly name: string;
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly firstByteTimeoutMs: number;
  private readonly stallTimeoutMs: number;
  private readonly clock: Clock;
  private readonly logger: Logger;

  constructor(
    private readonly vendor: HttpVendor,
    options: Omit<SynthesizerOptions, 'apiKey' | 'baseUrl'>,
  ) {
    this.name = vendor.provider;
    const base = new URL(vendor.baseUrl);
    this.basePath = base.pathname.replace(/\/+$/, '');
    this.firstByteTimeoutMs = options.firstByteTimeoutMs ?? FIRST_BYTE_TIMEOUT_MS;
    this.stallTimeoutMs = options.stallTimeoutMs ?? STALL_TIMEOUT_MS;
    this.clock = options.clock ?? new SystemClock();
    this.logger = options.logger;
    this.pool = new Pool(base.origin, {
      connect: { timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
      // The guard's deadlines are finer than undici's own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async *speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    if (signal.aborted) return;
    const guard = new StreamGuard(signal, this.clock);
    try {
      guard.expect(this.firstByteTimeoutMs, () => noFirstByte(this.vendor.name, this.firstByteTimeoutMs));
      const request = this.vendor.request(text, ownVoice(voice, this.name));
      const answer = await this.request(request, guard);
      let bytes = 0;
      for await (const mulaw of this.pieces(answer, guard)) {
        bytes += mulaw.length;
        yield { type: 'audio', mulaw };
      }
      if (bytes === 0) throw noAudio();
    } catch (error) {
      if (guard.endedByCaller) return;
      throw guard.failure ?? (AppError.is(error) ? error : networkError(this.vendor.name, error));
    } finally {
      guard.close();
    }
  }

  /** Opens a connection unless one is free. Never throws; no key goes with it, and any answer will do. */
  warm(): void {
    if (this.pool.closed || this.pool.stats.free > 0) return;
    // undici closes a connection after HEAD; any answer to this GET leaves one that is open.
    const request = {
      method: 'GET',
      path: `${this.basePath}/`,
      signal: AbortSignal.timeout(WARM_TIMEOUT_MS),
    };
    this.pool
      .request(request as Dispatcher.RequestOptions)
      .then((answer) => answer.body.dump({ limit: MOST_ERROR_BYTES, signal: request.signal }))
      .catch((error: unknown) => this.logger.debug({ err: error }, 'warming the voice failed'));
  }

  /** Ends every request and closes every connection. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async *pieces(answer: Dispatcher.ResponseData, guard: StreamGuard): AsyncGenerator<Uint8Array> {
    const decoder = this.vendor.decoder?.();
    const sent = answer.body as AsyncIterable<Uint8Array>;
    const body = (decoder ? decoded(sent, decoder) : sent)[Symbol.asyncIterator]();
    for (;;) {
      const next = await body.next();
      guard.signal.throwIfAborted();
      if (!next.done && next.value.length === 0) continue;
      // No deadline runs while the consumer has the audio.
      guard.rest();
      if (next.done) return;
      yield next.value;
      guard.expect(this.stallTimeoutMs, () => stalled(this.stallTimeoutMs));
    }
  }

  private async request(request: SpeechRequest, guard: StreamGuard): Promise<Dispatcher.ResponseData> {
    const { name } = this.vendor;
    const answer = await this.send(request, guard).catch((error: unknown) => {
      if (guard.signal.aborted) throw error;
      // A kept connection may be closed by the server at the moment it is used again.
      this.logger.debug({ err: error }, 'speech request failed before any answer, sent once more');
      return this.send(request, guard);
    });
    if (answer.statusCode !== 200) throw await this.refusal(answer);
    const contentType = [answer.headers['content-type']].flat()[0] ?? '';
    if (NOT_SAMPLES.test(contentType))
      throw unavailable(`${name} sent something else than audio.`, {
        contentType: contentType.slice(0, 100),
      });
    return answer;
  }

  private async refusal({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<AppError> {
    const { name, reasonOf, statusOf } = this.vendor;
    const reason = reasonOf?.(await startOf(body as AsyncIterable<Uint8Array>));
    const isNamed = reason !== undefined && statusCode >= 400 && statusCode < 500;
    return refusalError(name, {
      status: statusCode,
      means: isNamed ? statusOf?.(reason) : undefined,
      reason,
      retryAfterMs: retryAfterMs(headers['retry-after']),
    });
  }

  private send({ path, headers, body }: SpeechRequest, guard: StreamGuard): Promise<Dispatcher.ResponseData> {
    return this.pool.request({
      method: 'POST',
      path: this.basePath + path,
      headers,
      body,
      signal: guard.signal,
    });
  }
}

/** Decodes a long piece in turns, so that neither other calls nor its own beginning wait for all of it. */
async function* decoded(
  pieces: AsyncIterable<Uint8Array>,
  decoder: AudioDecoder,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at += DECODED_AT_ONCE_BYTES) {
      if (at > 0) await nextTurn();
      yield decoder.push(piece.subarray(at, at + DECODED_AT_ONCE_BYTES));
    }
  yield decoder.flush();
}

/** The first bytes of an error's body as text; the rest is left. */
async function startOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_ERROR_BYTES) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}
