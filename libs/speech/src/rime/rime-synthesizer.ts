import { HttpSynthesizer } from '../synthesis/http-synthesizer';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { rimeRequest } from './rime-request';

export interface RimeOptions extends SynthesizerOptions {
  /** The voice of agents that name none. */
  readonly speaker?: string;
  /** The model of that voice. */
  readonly modelId?: string;
}

/** Speech by Rime, as µ-law of its own. Dial: `speed_alpha`. */
export class RimeSynthesizer extends HttpSynthesizer {
  constructor(options: RimeOptions) {
    const { apiKey, speaker = 'astra', modelId = 'coda' } = options;
    const defaults = { apiKey, speaker, modelId };
    super(
      {
        provider: 'rime',
        name: 'Rime',
        baseUrl: options.baseUrl ?? 'https://users.rime.ai',
        request: (text, voice) => rimeRequest(text, voice, defaults),
      },
      options,
    );
  }
}
