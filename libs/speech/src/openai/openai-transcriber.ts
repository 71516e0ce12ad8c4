import type {
  Transcriber,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
} from '@parley/conversation';
import { TranscriberDeadlines, transcriptionSettings } from '../listening/transcriber-settings';
import { VendorTranscription } from '../listening/vendor-transcription';
import { RealtimeWire } from './realtime-wire';

export interface OpenAiTranscriberOptions extends TranscriberDeadlines {
  readonly apiKey: string;
  /** With the API's version, e.g. `https://api.openai.com/v1`; `http` and `ws` mean the same here. */
  readonly baseUrl?: string;
  /** gpt-4o-mini-transcribe unless given. */
  readonly model?: string;
}

/** OpenAI ends a session after an hour. */
const RENEW_AFTER_MS = 55 * 60_000;

/**
 * Live transcription by OpenAI's realtime API. µ-law goes through untouched. OpenAI cuts the audio where silence has
 * lasted `TranscriberOptions.endpointingMs`, and only then transcribes what was said: finals have `endOfTurn: null`,
 * since silence alone ends no turn, or false when the caller speaks again already. Sessions are kept up, and fail, as
 * those of `DeepgramTranscriber` do; after 55 minutes a new one takes over in a pause.
 */
export class OpenAiTranscriber implements Transcriber {
  readonly name = 'openai';

  constructor(private readonly options: OpenAiTranscriberOptions) {}

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const given = this.options;
    const baseUrl = given.baseUrl ?? 'https://api.openai.com/v1';
    const wire = new RealtimeWire(given.apiKey, baseUrl, given.model ?? 'gpt-4o-mini-transcribe', options);
    const settings = { ...transcriptionSettings(given, baseUrl), renewAfterMs: RENEW_AFTER_MS };
    const transcription = new VendorTranscription(wire, settings, listener);
    transcription.start();
    return transcription;
  }
}
