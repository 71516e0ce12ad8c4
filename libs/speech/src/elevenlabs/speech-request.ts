import type { VoiceSettings } from '@parley/conversation';
import type { SpeechRequest } from '../synthesis/http-synthesizer';

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
  const settings = voiceSettings(voice);
  const latency = voice.dials['optimize_streaming_latency'];
  const query = new URLSearchParams({ output_format: 'ulaw_8000' });
  if (typeof latency === 'number') query.set('optimize_streaming_latency', String(latency));
  return {
    path: `/v1/text-to-speech/${voiceId}/stream?${query.toString()}`,
    headers: {
      'xi-api-key': voice.apiKey ?? defaults.apiKey,
      'content-type': 'application/json',
      accept: 'audio/basic, */*',
    },
    body: JSON.stringify({
      text,
      model_id: modelId,
      ...(takesLanguage(modelId) && { language_code: voice.language }),
      ...(settings && { voice_settings: settings }),
    }),
  };
}

/** Other models refuse a request that forces a language. */
export function takesLanguage(modelId: string): boolean {
  return /_v2_5$/.test(modelId);
}

/** The dials as ElevenLabs' `voice_settings`; undefined when none is set. */
export function voiceSettings({ dials }: VoiceSettings): Record<string, number | boolean> | undefined {
  const settings: Record<string, number | boolean> = {};
  for (const name of numberDials) {
    const value = dials[name];
    if (typeof value === 'number') settings[name] = value;
  }
  const boost = dials['use_speaker_boost'];
  if (typeof boost === 'boolean') settings['use_speaker_boost'] = boost;
  return Object.keys(settings).length > 0 ? settings : undefined;
}
