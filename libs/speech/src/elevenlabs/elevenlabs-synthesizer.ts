import { HttpSynthesizer } from '../synthesis/http-synthesizer';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { reasonOf } from './elevenlabs-errors';
import { speechRequest } from './speech-request';

export interface ElevenLabsOptions extends SynthesizerOptions {
  /** The voice of agents that name none. */
  readonly voiceId: string;
  readonly modelId?: string;
}

/** Speech by ElevenLabs, as µ-law of its own. */
export class ElevenLabsSynthesizer extends HttpSynthesizer {
  constructor(options: ElevenLabsOptions) {
    const { apiKey, voiceId, modelId = 'eleven_flash_v2_5' } = options;
    const defaults = { apiKey, voiceId, modelId };
    super(
      {
        provider: 'eleven_labs',
        name: 'ElevenLabs',
        baseUrl: options.baseUrl ?? 'https://api.elevenlabs.io',
        request: (text, voice) => speechRequest(text, voice, defaults),
        reasonOf,
      },
      options,
    );
  }
}
