import type { LanguageModel, Synthesizer, Transcriber } from '@parley/conversation';
import { OpenAiModel } from '@parley/language-models';
import type { Logger } from '@parley/observability';
import { DeepgramTranscriber, ElevenLabsSynthesizer } from '@parley/speech';
import type { MediaSettings } from './settings';

/** The AI providers that all calls of a process share. */
export interface Providers {
  readonly transcriber: Transcriber;
  readonly model: LanguageModel;
  readonly synthesizer: Synthesizer;
  /** Providers of voices that this deployment has a key of, its default first. */
  readonly voices: readonly string[];
  close(): Promise<void>;
}

export function createProviders(settings: MediaSettings, logger: Logger): Providers {
  const transcriber = new DeepgramTranscriber({
    apiKey: settings.DEEPGRAM_API_KEY,
    ...(settings.DEEPGRAM_BASE_URL !== undefined && { baseUrl: settings.DEEPGRAM_BASE_URL }),
    logger,
  });
  const model = new OpenAiModel({
    apiKey: settings.OPENAI_API_KEY,
    model: settings.OPENAI_MODEL,
    ...(settings.OPENAI_BASE_URL !== undefined && { baseUrl: settings.OPENAI_BASE_URL }),
    logger,
  });
  const synthesizer = new ElevenLabsSynthesizer({
    apiKey: settings.ELEVENLABS_API_KEY,
    voiceId: settings.ELEVENLABS_VOICE_ID,
    ...(settings.ELEVENLABS_BASE_URL !== undefined && { baseUrl: settings.ELEVENLABS_BASE_URL }),
    logger,
  });
  const close = async () => {
    await Promise.all([model.close(), synthesizer.close()]);
  };
  return { transcriber, model, synthesizer, voices: [synthesizer.name], close };
}
