import { AppError } from '@parley/kernel';
import { HttpSynthesizer } from '../synthesis/http-synthesizer';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { ssml } from './ssml';

export interface AzureSynthesizerOptions extends SynthesizerOptions {
  /** The resource's region, e.g. `westeurope`; needed unless `baseUrl` says where it is. */
  readonly region?: string | undefined;
  /** The voice of agents that name none. */
  readonly voiceName?: string;
}

/**
 * Speech by Azure, over its REST API, as µ-law of its own. Dials: `rate` and `pitch`, changes in percent.
 * @see https://learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech
 */
export class AzureSynthesizer extends HttpSynthesizer {
  /** @throws SYNTHESIZER.NO_REGION without a region and a base URL. */
  constructor(options: AzureSynthesizerOptions) {
    const { apiKey, voiceName = 'en-US-AvaMultilingualNeural' } = options;
    super(
      {
        provider: 'azure',
        name: 'Azure Speech',
        baseUrl: options.baseUrl ?? regionUrl(options.region),
        request: (text, voice) => ({
          path: '/cognitiveservices/v1',
          headers: {
            'ocp-apim-subscription-key': voice.apiKey ?? apiKey,
            'content-type': 'application/ssml+xml',
            'x-microsoft-outputformat': 'raw-8khz-8bit-mono-mulaw',
            // Azure refuses a request without one.
            'user-agent': 'parley',
          },
          body: ssml(text, voice, voice.voiceId ?? voiceName),
        }),
      },
      options,
    );
  }
}

function regionUrl(region: string | undefined): string {
  if (region) return `https://${region}.tts.speech.microsoft.com`;
  throw new AppError('invalid', 'SYNTHESIZER.NO_REGION', 'Azure Speech needs a region or an address.');
}
