import { z } from 'zod';
import * as latest from './latest';

/**
 * What the SDKs from 0.0.16 to 0.0.22 read: as now, but they know no unlimited plan, need a number for the limit, and
 * (until 0.0.18) a key on every ElevenLabs voice.
 */

export const planType = z.enum(['plan_free', 'plan_developer', 'plan_enterprise']);

export const elevenLabsVoice = latest.elevenLabsVoice.extend({ api_key: z.string() });
export const voice = z.discriminatedUnion('type', [
  latest.azureVoice,
  latest.rimeVoice,
  elevenLabsVoice,
  latest.playHtVoice,
  latest.vocodeVoice,
]);

export const agent = latest.agent.extend({ voice });
export const phoneNumber = latest.phoneNumber.extend({ inbound_agent: agent.nullable() });
export const call = latest.call.extend({ agent });
export const usage = latest.usage.extend({
  plan_type: planType,
  monthly_usage_limit_minutes: z.int(),
});

export const voicePage = latest.pageOf(voice);

export type Voice = z.output<typeof voice>;
export type Agent = z.output<typeof agent>;
export type PhoneNumber = z.output<typeof phoneNumber>;
export type Call = z.output<typeof call>;
export type Usage = z.output<typeof usage>;
