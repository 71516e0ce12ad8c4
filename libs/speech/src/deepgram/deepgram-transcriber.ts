import type {
  Transcriber,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
} from '@parley/conversation';
import { TranscriberDeadlines, transcriptionSettings } from '../listening/transcriber-settings';
import { VendorTranscription } from '../listening/vendor-transcription';
import { DeepgramWire } from './deepgram-wire';

export interface DeepgramOptions extends TranscriberDeadlines {
  readonly apiKey: string;
  /** `wss://…` or `ws://…`, without the path of the API's version. */
  readonly baseUrl?: string;
  /** nova-3 unless given. */
  readonly model?: string;
}

/**
 * Live transcription by Deepgram (`/v1/listen`). µ-law goes through untouched. A session that loses its connection,
 * or cannot open it, gets one more, which hears the last unsettled audio (at most 4 s) again, and so does that one
 * after a minute of health; else the listener's `onFailure` is called with `TRANSCRIBER.UNAVAILABLE`. Other failures: `…UNAUTHENTICATED`, `…RATE_LIMITED`,
 * `…QUOTA_EXHAUSTED`, `…REJECTED` (wrong model, language or audio), `…TIMEOUT` (handshake), `…STALLED` (audio flows
 * and no message comes). Messages that mean nothing are passed over and counted in the log.
 */
export class DeepgramTranscriber implements Transcriber {
  readonly name = 'deepgram';

  constructor(private readonly options: DeepgramOptions) {}

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const given = this.options;
    const baseUrl = given.baseUrl ?? 'wss://api.deepgram.com';
    const wire = new DeepgramWire(given.apiKey, baseUrl, given.model ?? 'nova-3', options);
    const transcription = new VendorTranscription(wire, transcriptionSettings(given, baseUrl), listener);
    transcription.start();
    return transcription;
  }
}
