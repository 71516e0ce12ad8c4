import type { VoiceSettings } from '@parley/conversation';
import { z } from 'zod';
import { HttpSynthesizer, SpeechRequest } from '../synthesis/http-synthesizer';
import { numberDial } from '../synthesis/own-voice';
import { jsonField } from '../synthesis/speech-errors';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { PcmDecoder } from './pcm-decoder';

export interface OpenAiSynthesizerOptions extends SynthesizerOptions {
  /** The voice of agents that name none. */
  readonly voice?: string;
  readonly model?: string;
  /** How to speak, for models that can be told. */
  readonly instructions?: string;
}

type VoiceDefaults = Required<Pick<OpenAiSynthesizerOptions, 'apiKey' | 'voice' | 'model'>> &
  Pick<OpenAiSynthesizerOptions, 'instructions'>;

/** Of the format `pcm`, which has no header to tell it; µ-law is not among the formats. */
const PCM_RATE_HZ = 24_000;

const refusal = z.object({ error: z.object({ code: z.string().nullish(), type: z.string().nullish() }) });

/**
 * Speech by OpenAI, or by a server that speaks its API (`baseUrl` with the version's path), taken down to telephone
 * audio here. Dials: `speed` (0.25–4), `instructions`.
 * @see https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
export class OpenAiSynthesizer extends HttpSynthesizer {
  constructor(options: OpenAiSynthesizerOptions) {
    const defaults = { voice: 'alloy', model: 'gpt-4o-mini-tts', ...options };
    super(
      {
        provider: 'openai',
        name: 'OpenAI',
        baseUrl: options.baseUrl ?? 'https://api.openai.com/v1',
        request: (text, voice) => speechRequest(text, voice, defaults),
        reasonOf: (body) =>
          jsonField(body, (json) => {
            const { code, type } = refusal.safeParse(json).data?.error ?? {};
            return code ?? type ?? undefined;
          }),
        decoder: () => new PcmDecoder(PCM_RATE_HZ),
      },
      options,
    );
  }
}

function speechRequest(text: string, voice: VoiceSettings, defaults: VoiceDefaults): SpeechRequest {
  const model = voice.model ?? defaults.model;
  const speed = numberDial(voice, 'speed', 0.25, 4);
  const instructions = voice.dials['instructions'] ?? defaults.instructions;
  return {
    path: '/audio/speech',
    headers: {
      authorization: `Bearer ${voice.apiKey ?? defaults.apiKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      model,
      voice: voice.voiceId ?? defaults.voice,
      input: text,
      response_format: 'pcm',
      // The older models refuse to be told.
      ...(typeof instructions === 'string' && !model.startsWith('tts-1') && { instructions }),
      ...(speed !== undefined && { speed }),
    }),
  };
}
