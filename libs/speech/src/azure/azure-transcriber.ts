import type { TranscriberOptions, Transcription, TranscriptionListener } from '@parley/conversation';
import { SelectiveTranscriber, unknownLanguage } from '../listening/selective-transcriber';
import { TranscriberDeadlines, transcriptionSettings } from '../listening/transcriber-settings';
import { VendorTranscription } from '../listening/vendor-transcription';
import { AzureWire } from './azure-wire';
import { azureLocale, regionUrl } from './recognition-url';

export interface AzureTranscriberOptions extends TranscriberDeadlines {
  readonly apiKey: string;
  /** The resource's region, e.g. `westeurope`. */
  readonly region?: string;
  /** `wss://…` or `ws://…` in place of the region's own address, without a path. */
  readonly baseUrl?: string;
}

/**
 * Live transcription by Azure Speech. µ-law goes through untouched. Azure cuts phrases by silence
 * (`TranscriberOptions.endpointingMs`) and does not know turns: its finals have `endOfTurn: null`. Sessions are kept
 * up, and fail, as those of `DeepgramTranscriber` do.
 */
export class AzureTranscriber implements SelectiveTranscriber {
  readonly name = 'azure';

  constructor(private readonly options: AzureTranscriberOptions) {}

  supports(language: string): boolean {
    return azureLocale(language) !== undefined;
  }

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const given = this.options;
    const locale = azureLocale(options.language);
    if (locale === undefined) return unknownLanguage('Azure Speech', options.language, listener);
    const baseUrl = given.baseUrl ?? regionUrl(given.region ?? 'eastus');
    const wire = new AzureWire(given.apiKey, baseUrl, locale, options);
    const transcription = new VendorTranscription(wire, transcriptionSettings(given, baseUrl), listener);
    transcription.start();
    return transcription;
  }
}
