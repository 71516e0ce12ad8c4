import type {
  Transcriber,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
} from '@parley/conversation';
import { SystemClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { DeepgramTranscription } from './deepgram-transcription';
import { listenUrl } from './listen-url';

export interface DeepgramOptions {
  readonly apiKey: string;
  /** `wss://…` or `ws://…`, without the path of the API's version. */
  readonly baseUrl?: string;
  readonly model?: string;
  readonly connectTimeoutMs?: number;
  readonly keepAliveAfterMs?: number;
  readonly stallTimeoutMs?: number;
  /** How long `close` waits for the last results. */
  readonly closeTimeoutMs?: number;
  /** How long a connection must have been open for the next one to be granted again. */
  readonly healthyAfterMs?: number;
  readonly clock?: Clock;
  readonly logger: Logger;
}

/**
 * Live transcription by Deepgram (`/v1/listen`). µ-law goes through untouched. A session that loses its connection,
 * or cannot open it, gets one more, which hears the last unsettled audio (at most 2 s) again, and so does that one
 * after a minute of health; else the listener's `onFailure` is called with `TRANSCRIBER.UNAVAILABLE`. Other failures: `…UNAUTHENTICATED`, `…RATE_LIMITED`,
 * `…QUOTA_EXHAUSTED`, `…REJECTED` (wrong model, language or audio), `…TIMEOUT` (handshake), `…STALLED` (audio flows
 * and no message comes). Messages that mean nothing are passed over and counted in the log.
 */
export class DeepgramTranscriber implements Transcriber {
  readonly name = 'deepgram';

  constructor(private readonly options: DeepgramOptions) {}

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const given = this.options;
    const transcription = new DeepgramTranscription(
      {
        url: listenUrl(given.baseUrl ?? 'wss://api.deepgram.com', given.model ?? 'nova-3', options),
        apiKey: given.apiKey,
        connectTimeoutMs: given.connectTimeoutMs ?? 2000,
        keepAliveAfterMs: given.keepAliveAfterMs ?? 4000,
        stallTimeoutMs: given.stallTimeoutMs ?? 3500,
        closeTimeoutMs: given.closeTimeoutMs ?? 1500,
        healthyAfterMs: given.healthyAfterMs ?? 60_000,
        clock: given.clock ?? new SystemClock(),
        logger: given.logger,
      },
      listener,
    );
    transcription.start();
    return transcription;
  }
}
