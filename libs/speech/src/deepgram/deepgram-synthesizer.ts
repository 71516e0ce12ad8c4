import { z } from 'zod';
import { HttpSynthesizer } from '../synthesis/http-synthesizer';
import { jsonField } from '../synthesis/speech-errors';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';

export interface DeepgramSynthesizerOptions extends SynthesizerOptions {
  /** The voice of agents that name none; Deepgram calls it a model. */
  readonly voice?: string;
}

const refusal = z.object({ err_code: z.string() });

/**
 * Speech by Deepgram Aura, as µ-law of its own. `baseUrl` may be the transcriber's (`wss://…`), it is the same server.
 * @see https://developers.deepgram.com/reference/text-to-speech/speak-request
 */
export class DeepgramSynthesizer extends HttpSynthesizer {
  constructor(options: DeepgramSynthesizerOptions) {
    const { apiKey, voice: usual = 'aura-2-thalia-en' } = options;
    const format = { encoding: 'mulaw', sample_rate: '8000', container: 'none' };
    super(
      {
        provider: 'deepgram',
        name: 'Deepgram',
        baseUrl: (options.baseUrl ?? 'https://api.deepgram.com').replace(/^ws/, 'http'),
        request: (text, voice) => ({
          path: `/v1/speak?${new URLSearchParams({ model: voice.voiceId ?? usual, ...format }).toString()}`,
          headers: {
            authorization: `Token ${voice.apiKey ?? apiKey}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ text }),
        }),
        reasonOf: (body) => jsonField(body, (json) => refusal.safeParse(json).data?.err_code),
      },
      options,
    );
  }
}
