import type { TranscriberOptions, Transcription, TranscriptionListener } from '@parley/conversation';
import { SelectiveTranscriber, unknownLanguage } from '../listening/selective-transcriber';
import { TranscriberDeadlines, transcriptionSettings } from '../listening/transcriber-settings';
import { VendorTranscription } from '../listening/vendor-transcription';
import { fluxKnows } from './flux-url';
import { FluxWire } from './flux-wire';

export interface DeepgramFluxOptions extends TranscriberDeadlines {
  readonly apiKey: string;
  /** `wss://…` or `ws://…`, without the path of the API's version. */
  readonly baseUrl?: string;
}

/**
 * Live transcription by Deepgram Flux (`/v2/listen`), which tells by the words when a turn looks over, is over, or goes
 * on after all. Sessions are kept up, and fail, as those of `DeepgramTranscriber` do.
 */
export class DeepgramFluxTranscriber implements SelectiveTranscriber {
  readonly name = 'deepgram_flux';

  constructor(private readonly options: DeepgramFluxOptions) {}

  supports(language: string): boolean {
    return fluxKnows(language);
  }

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    if (!this.supports(options.language)) return unknownLanguage('Deepgram Flux', options.language, listener);
    const given = this.options;
    const baseUrl = given.baseUrl ?? 'wss://api.deepgram.com';
    const wire = new FluxWire(given.apiKey, baseUrl, options);
    const transcription = new VendorTranscription(wire, transcriptionSettings(given, baseUrl), listener);
    transcription.start();
    return transcription;
  }
}
