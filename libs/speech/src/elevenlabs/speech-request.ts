import type { VoiceSettings } from '@parley/conversation';

/** What a request for speech consists of. */
export interface SpeechRequest {
  readonly path: string;
  readonly apiKey: string;
  readonly body: string;
}

/** The deployment's own voice, for what the agent's leaves open. */
export interface VoiceDefaults {
  readonly apiKey: string;
  readonly voiceId: string;
  readonly modelId: string;
}

const numberDials = ['stability', 'similarity_boost', 'style', 'speed'] as const;

/**
 * The request for `text` as headerless µ-law at 8 kHz. Dials that ElevenLabs does not know are left out.
 * @see https://elevenlabs.io/docs/api-reference/text-to-speech/stream
 */
export function speechRequest(text: string, voice: VoiceSettings, defaults: VoiceDefaults): SpeechRequest {
  const modelId = voice.model ?? defaults.modelId;
  const voiceId = encodeURIComponent(voice.voiceId ?? defaults.voiceId);
  const settings = voiceSettings(voice.dials);
  const latency = voice.dials['optimize_streaming_latency'];
  const query = new URLSearchParams({ output_format: 'ulaw_8000' });
  if (typeof latency === 'number') query.set('optimize_streaming_latency', String(latency));
  return {
    path: `/v1/text-to-speech/${voiceId}/stream?${query.toString()}`,
    apiKey: voice.apiKey ?? defaults.apiKey,
    body: JSON.stringify({
      text,
      model_id: modelId,
      // Other models refuse the request when a language is forced.
      ...(/_v2_5$/.test(modelId) && { language_code: voice.language }),
      ...(settings && { voice_settings: settings }),
    }),
  };
}

function voiceSettings(dials: VoiceSettings['dials']): Record<string, number | boolean> | undefined {
  const settings: Record<string, number | boolean> = {};
  for (const name of numberDials) {
    const value = dials[name];
    if (typeof value === 'number') settings[name] = value;
  }
  const boost = dials['use_speaker_boost'];
  if (typeof boost === 'boolean') settings['use_speaker_boost'] = boost;
  return Object.keys(settings).length > 0 ? settings : undefined;
}
