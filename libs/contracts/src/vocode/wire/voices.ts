import { z } from 'zod';
import { leavesAloneWhenEmpty } from '../../fields';
import { defaulted, owned } from './documented';

const number = z.number().nullable();
const text = z.string().nullable();

export const azureVoice = owned.extend({
  type: z.literal('voice_azure'),
  voice_name: z.string(),
  pitch: defaulted(z.int(), 0),
  rate: defaulted(z.int(), 15),
});
export const rimeVoice = owned.extend({
  type: z.literal('voice_rime'),
  speaker: z.string(),
  speed_alpha: number,
  model_id: z.enum(['mist', 'v1']).nullable().meta(leavesAloneWhenEmpty),
});
export const elevenLabsVoice = owned.extend({
  type: z.literal('voice_eleven_labs'),
  voice_id: z.string(),
  stability: number,
  similarity_boost: number,
  api_key: text,
  optimize_streaming_latency: z.int().nullable(),
  model_id: text,
  experimental_input_streaming: defaulted(z.boolean(), false),
});
export const playHtVoice = owned.extend({
  type: z.literal('voice_play_ht'),
  voice_id: z.string(),
  api_user_id: text,
  api_key: text,
  version: defaulted(z.enum(['1', '2']), '2'),
  speed: number,
  quality: z.enum(['faster', 'draft', 'low', 'medium', 'high', 'premium']).nullable(),
  temperature: number,
  top_p: number,
  text_guidance: number,
  voice_guidance: number,
  experimental_remove_silence: defaulted(z.boolean(), false),
});
export const vocodeVoice = owned.extend({ type: z.literal('voice_vocode'), voice_id: z.literal('joe') });

export const voice = z.discriminatedUnion('type', [
  azureVoice,
  rimeVoice,
  elevenLabsVoice,
  playHtVoice,
  vocodeVoice,
]);

export type Voice = z.output<typeof voice>;
