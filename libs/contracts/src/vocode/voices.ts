import { z } from 'zod';
import {
  clearablePatch,
  laxBoolean,
  laxInteger,
  laxNumber,
  orNull,
  owned,
  patch,
  text,
  withDefault,
} from '../fields';
import { sealedText, secretText } from './secret-texts';

const name = text(200).min(1);

const azure = { voice_name: name, pitch: laxInteger, rate: laxInteger };
const rime = { speaker: name, speed_alpha: laxNumber, model_id: z.enum(['mist', 'v1']) };
const elevenLabs = {
  voice_id: name,
  stability: laxNumber,
  similarity_boost: laxNumber,
  api_key: secretText,
  optimize_streaming_latency: laxInteger,
  model_id: name,
  experimental_input_streaming: laxBoolean,
};
const playHt = {
  voice_id: name,
  api_user_id: name,
  api_key: secretText,
  version: z.enum(['1', '2']),
  speed: laxNumber,
  quality: z.enum(['faster', 'draft', 'low', 'medium', 'high', 'premium']),
  temperature: laxNumber,
  top_p: laxNumber,
  text_guidance: laxNumber,
  voice_guidance: laxNumber,
  experimental_remove_silence: laxBoolean,
};

export const azureVoiceParams = z.object({
  type: z.literal('voice_azure'),
  voice_name: azure.voice_name,
  pitch: withDefault(azure.pitch, 0),
  rate: withDefault(azure.rate, 15),
});
export const rimeVoiceParams = z.object({
  type: z.literal('voice_rime'),
  speaker: rime.speaker,
  speed_alpha: orNull(rime.speed_alpha),
  // The reference allows `{}` here in a creation too.
  model_id: clearablePatch(rime.model_id).transform((value) => value ?? null),
});
export const elevenLabsVoiceParams = z.object({
  type: z.literal('voice_eleven_labs'),
  voice_id: elevenLabs.voice_id,
  stability: orNull(elevenLabs.stability),
  similarity_boost: orNull(elevenLabs.similarity_boost),
  api_key: orNull(elevenLabs.api_key),
  optimize_streaming_latency: orNull(elevenLabs.optimize_streaming_latency),
  model_id: orNull(elevenLabs.model_id),
  experimental_input_streaming: withDefault(elevenLabs.experimental_input_streaming, false),
});
export const playHtVoiceParams = z.object({
  type: z.literal('voice_play_ht'),
  voice_id: playHt.voice_id,
  api_user_id: orNull(playHt.api_user_id),
  api_key: orNull(playHt.api_key),
  version: withDefault(playHt.version, '2'),
  speed: orNull(playHt.speed),
  quality: orNull(playHt.quality),
  temperature: orNull(playHt.temperature),
  top_p: orNull(playHt.top_p),
  text_guidance: orNull(playHt.text_guidance),
  voice_guidance: orNull(playHt.voice_guidance),
  experimental_remove_silence: withDefault(playHt.experimental_remove_silence, false),
});
export const vocodeVoiceParams = z.object({ type: z.literal('voice_vocode'), voice_id: z.literal('joe') });

/** How an agent sounds, as a client sends it. */
export const voiceParams = z.discriminatedUnion('type', [
  azureVoiceParams,
  rimeVoiceParams,
  elevenLabsVoiceParams,
  playHtVoiceParams,
  vocodeVoiceParams,
]);

// Keys travel sealed to (`voices`, the voice's id, `api_key`).
const elevenLabsVoiceDraft = elevenLabsVoiceParams.extend({ api_key: orNull(sealedText) });
const playHtVoiceDraft = playHtVoiceParams.extend({ api_key: orNull(sealedText) });

/** The same as it travels inside. */
export const voiceDraft = z.discriminatedUnion('type', [
  azureVoiceParams,
  rimeVoiceParams,
  elevenLabsVoiceDraft,
  playHtVoiceDraft,
  vocodeVoiceParams,
]);

export const azureVoiceUpdateParams = z.object({
  type: z.literal('voice_azure'),
  voice_name: patch(azure.voice_name),
  pitch: patch(azure.pitch),
  rate: patch(azure.rate),
});
export const rimeVoiceUpdateParams = z.object({
  type: z.literal('voice_rime'),
  speaker: patch(rime.speaker),
  speed_alpha: clearablePatch(rime.speed_alpha),
  model_id: clearablePatch(rime.model_id),
});
export const elevenLabsVoiceUpdateParams = z.object({
  type: z.literal('voice_eleven_labs'),
  voice_id: patch(elevenLabs.voice_id),
  stability: clearablePatch(elevenLabs.stability),
  similarity_boost: clearablePatch(elevenLabs.similarity_boost),
  api_key: clearablePatch(elevenLabs.api_key),
  optimize_streaming_latency: clearablePatch(elevenLabs.optimize_streaming_latency),
  model_id: clearablePatch(elevenLabs.model_id),
  experimental_input_streaming: patch(elevenLabs.experimental_input_streaming),
});
export const playHtVoiceUpdateParams = z.object({
  type: z.literal('voice_play_ht'),
  voice_id: patch(playHt.voice_id),
  api_user_id: clearablePatch(playHt.api_user_id),
  api_key: clearablePatch(playHt.api_key),
  version: patch(playHt.version),
  speed: clearablePatch(playHt.speed),
  quality: clearablePatch(playHt.quality),
  temperature: clearablePatch(playHt.temperature),
  top_p: clearablePatch(playHt.top_p),
  text_guidance: clearablePatch(playHt.text_guidance),
  voice_guidance: clearablePatch(playHt.voice_guidance),
  experimental_remove_silence: patch(playHt.experimental_remove_silence),
});
export const vocodeVoiceUpdateParams = z.object({
  type: z.literal('voice_vocode'),
  voice_id: patch(z.literal('joe')),
});

/** A partial update of a voice, of the type that it has. */
export const voiceUpdateParams = z.discriminatedUnion('type', [
  azureVoiceUpdateParams,
  rimeVoiceUpdateParams,
  elevenLabsVoiceUpdateParams,
  playHtVoiceUpdateParams,
  vocodeVoiceUpdateParams,
]);

/** The same as it travels inside. */
export const voicePatch = z.discriminatedUnion('type', [
  azureVoiceUpdateParams,
  rimeVoiceUpdateParams,
  elevenLabsVoiceUpdateParams.extend({ api_key: sealedText.nullish() }),
  playHtVoiceUpdateParams.extend({ api_key: sealedText.nullish() }),
  vocodeVoiceUpdateParams,
]);

export const azureVoice = azureVoiceParams.extend(owned.shape);
export const rimeVoice = rimeVoiceParams.extend(owned.shape);
export const elevenLabsVoice = elevenLabsVoiceDraft.extend(owned.shape);
export const playHtVoice = playHtVoiceDraft.extend(owned.shape);
export const vocodeVoice = vocodeVoiceParams.extend(owned.shape);

export const voice = z.discriminatedUnion('type', [
  azureVoice,
  rimeVoice,
  elevenLabsVoice,
  playHtVoice,
  vocodeVoice,
]);

/** True for params with an `api_key`, which is sealed, from the gateway on, to the id of what holds it. */
export function holdsSecret(params: object): boolean {
  return 'api_key' in params && typeof params.api_key === 'string';
}

export type VoiceParams = z.output<typeof voiceParams>;
export type VoiceUpdateParams = z.output<typeof voiceUpdateParams>;
export type VoiceDraft = z.output<typeof voiceDraft>;
export type VoicePatch = z.output<typeof voicePatch>;
export type Voice = z.output<typeof voice>;
