import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { AppError, StreamGuard, SystemClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { Dispatcher, Pool } from 'undici';
import { answerError, networkError } from './elevenlabs-errors';
import { SpeechRequest, speechRequest, VoiceDefaults } from './speech-request';

export interface ElevenLabsOptions {
  readonly apiKey: string;
  /** `https://…` or `http://…`, without the path of the API's version. */
  readonly baseUrl?: string;
  /** The voice of agents that name none. */
  readonly voiceId: string;
  readonly modelId?: string;
  readonly connectTimeoutMs?: number;
  /** From the request to the first audio. */
  readonly firstByteTimeoutMs?: number;
  /** The longest gap within the audio. */
  readonly stallTimeoutMs?: number;
  readonly clock?: Clock;
  readonly logger: Logger;
}

/** A server that keeps a connection longer than this without use is rare; undici obeys a shorter hint of the server. */
const KEEP_ALIVE_MS = 55_000;
const WARM_TIMEOUT_MS = 2000;
const MOST_ERROR_BYTES = 16 * 1024;

/**
 * Speech by ElevenLabs, streamed over HTTP as µ-law. Connections are kept and shared by all calls; a request that
 * fails before any answer is sent once more, within the same deadline. Beside the port's codes:
 * `SYNTHESIZER.REJECTED` (unknown voice, wrong dials, text too long), and `…UNAVAILABLE` for an answer that is no audio.
 */
export class ElevenLabsSynthesizer implements Synthesizer {
  readonly name = 'elevenlabs';
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly defaults: VoiceDefaults;
  private readonly firstByteTimeoutMs: number;
  private readonly stallTimeoutMs: number;
  private readonly clock: Clock;
  private readonly logger: Logger;

  constructor(options: ElevenLabsOptions) {
    const base = new URL(options.baseUrl ?? 'https://api.elevenlabs.io');
    this.basePath = base.pathname.replace(/\/+$/, '');
    this.defaults = {
      apiKey: options.apiKey,
      voiceId: options.voiceId,
      modelId: options.modelId ?? 'eleven_flash_v2_5',
    };
    this.firstByteTimeoutMs = options.firstByteTimeoutMs ?? 2500;
    this.stallTimeoutMs = options.stallTimeoutMs ?? 2000;
    this.clock = options.clock ?? new SystemClock();
    this.logger = options.logger;
    this.pool = new Pool(base.origin, {
      connect: { timeout: options.connectTimeoutMs ?? 1500 },
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
      guard.expect(this.firstByteTimeoutMs, () =>
        fault('timeout', 'TIMEOUT', 'ElevenLabs sent no audio in time.', this.firstByteTimeoutMs),
      );
      const answer = await this.request(speechRequest(text, voice, this.defaults), guard);
      let receivedBytes = 0;
      for await (const piece of this.pieces(answer, guard)) {
        receivedBytes += piece.length;
        yield { type: 'audio', mulaw: piece };
      }
      if (receivedBytes === 0) throw new AppError('unavailable', 'SYNTHESIZER.EMPTY', 'No audio came.');
    } catch (error) {
      if (guard.endedByCaller) return;
      throw guard.failure ?? (AppError.is(error) ? error : networkError(error));
    } finally {
      guard.close();
    }
  }

  warm(): void {
    if (this.pool.closed || this.pool.stats.free > 0) return;
    // undici closes a connection after HEAD; any answer to this GET leaves one that is open. No key goes with it.
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
    const body = answer.body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (;;) {
      const next = await body.next();
      // No deadline runs while the consumer has the audio.
      if (!next.done && next.value.length === 0) continue;
      guard.rest();
      if (next.done) return;
      yield next.value;
      guard.expect(this.stallTimeoutMs, () =>
        fault('timeout', 'STALLED', 'The audio stopped in the middle.', this.stallTimeoutMs),
      );
    }
  }

  private async request(request: SpeechRequest, guard: StreamGuard): Promise<Dispatcher.ResponseData> {
    const answer = await this.send(request, guard).catch((error: unknown) => {
      if (guard.signal.aborted) throw error;
      // A kept connection may be closed by the server at the moment it is used again.
      this.logger.debug({ err: error }, 'speech request failed before any answer, sent once more');
      return this.send(request, guard);
    });
    if (answer.statusCode !== 200)
      throw answerError(answer.statusCode, await startOf(answer.body as AsyncIterable<Uint8Array>));
    const type = [answer.headers['content-type']].flat()[0] ?? '';
    if (/^(text\/|application\/(json|xml))/i.test(type))
      throw new AppError(
        'unavailable',
        'SYNTHESIZER.UNAVAILABLE',
        'ElevenLabs sent something else than audio.',
        {
          details: { contentType: type.slice(0, 100) },
        },
      );
    return answer;
  }

  private send(request: SpeechRequest, guard: StreamGuard): Promise<Dispatcher.ResponseData> {
    return this.pool.request({
      method: 'POST',
      path: this.basePath + request.path,
      headers: {
        'xi-api-key': request.apiKey,
        'content-type': 'application/json',
        accept: 'audio/basic, */*',
      },
      body: request.body,
      signal: guard.signal,
    });
  }
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

function fault(kind: 'timeout', code: string, message: string, timeoutMs: number): AppError {
  return new AppError(kind, `SYNTHESIZER.${code}`, message, { details: { timeoutMs } });
}
