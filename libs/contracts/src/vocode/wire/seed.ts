import { z } from 'zod';
import { uuid } from '../../fields';
import { callStatus } from '../calls';
import { defaulted, owned } from './documented';
import * as latest from './latest';

/**
 * What a client of the first vintage (August 2023) reads: bare arrays for lists, a prompt as its text, few fields, and
 * no `null`: what there is none of is absent. Kinds of objects that it did not have are shown as they are now.
 */

export const planType = z.enum(['free', 'developer', 'enterprise']);

type Absent<S extends z.core.$ZodLooseShape> = {
  [K in keyof S]: S[K] extends z.ZodNullable<infer T> ? z.ZodOptional<T> : S[K];
};

/** The same object, with absent fields where it had `null`. */
function withoutNulls<S extends z.core.$ZodLooseShape>(object: z.ZodObject<S>): z.ZodObject<Absent<S>> {
  const shape = Object.entries(object.shape).map(([name, field]: [string, unknown]) => [
    name,
    field instanceof z.ZodNullable ? z.optional(field.unwrap()) : field,
  ]);
  return z.object(Object.fromEntries(shape) as Absent<S>);
}

export const transferCallAction = owned.extend({
  type: defaulted(z.literal('action_transfer_call'), 'action_transfer_call'),
  config: latest.transferCallConfig,
});
export const endConversationAction = owned.extend({
  type: defaulted(z.literal('action_end_conversation'), 'action_end_conversation'),
  config: latest.endConversationAction.shape.config,
});
export const dtmfAction = owned.extend({
  type: defaulted(z.literal('action_dtmf'), 'action_dtmf'),
  config: latest.dtmfAction.shape.config,
});
export const addToConferenceAction = latest.addToConferenceAction.omit({ action_trigger: true });
export const setHoldAction = latest.setHoldAction.omit({ action_trigger: true });
export const externalAction = latest.externalAction.omit({ action_trigger: true });
export const action = z.discriminatedUnion('type', [
  transferCallAction,
  endConversationAction,
  dtmfAction,
  addToConferenceAction,
  setHoldAction,
  externalAction,
]);

export const azureVoice = latest.azureVoice.extend({
  type: defaulted(z.literal('voice_azure'), 'voice_azure'),
});
export const rimeVoice = owned.extend({
  type: defaulted(z.literal('voice_rime'), 'voice_rime'),
  speaker: z.string(),
});
export const elevenLabsVoice = owned.extend({
  type: defaulted(z.literal('voice_eleven_labs'), 'voice_eleven_labs'),
  voice_id: z.string(),
  stability: z.number().optional(),
  similarity_boost: z.number().optional(),
  api_key: z.string(),
});
export const playHtVoice = withoutNulls(latest.playHtVoice);
export const voice = z.discriminatedUnion('type', [
  azureVoice,
  rimeVoice,
  elevenLabsVoice,
  playHtVoice,
  latest.vocodeVoice,
]);

export const agent = owned.extend({
  prompt: z.string(),
  actions: z.array(action),
  voice,
  initial_message: z.string().optional(),
  webhook: latest.webhook.optional(),
});
export const normalizedAgent = owned.extend({
  prompt: z.string(),
  actions: z.array(uuid),
  voice: uuid,
  initial_message: z.string().optional(),
  webhook: uuid.optional(),
});

const numberFields = { active: defaulted(z.boolean(), true), number: z.string() };
export const phoneNumber = owned.extend({ ...numberFields, inbound_agent: agent.optional() });
export const normalizedPhoneNumber = owned.extend({ ...numberFields, inbound_agent: uuid.optional() });

const callFields = {
  status: defaulted(callStatus, 'not_started'),
  error_message: z.string().optional(),
  recording_available: defaulted(z.boolean(), false),
  transcript: z.string().optional(),
  to_number: z.string(),
  from_number: z.string(),
};
export const call = owned.extend({ ...callFields, agent });
export const normalizedCall = owned.extend({ ...callFields, agent: uuid });

export const usage = z.object({
  user_id: z.string(),
  plan_type: planType,
  monthly_usage_minutes: z.int(),
  monthly_usage_limit_minutes: z.int(),
});

export const prompt = withoutNulls(latest.prompt);
export const normalizedPrompt = withoutNulls(latest.normalizedPrompt);

export type Action = z.output<typeof action>;
export type Voice = z.output<typeof voice>;
export type Agent = z.output<typeof agent>;
export type NormalizedAgent = z.output<typeof normalizedAgent>;
export type PhoneNumber = z.output<typeof phoneNumber>;
export type NormalizedPhoneNumber = z.output<typeof normalizedPhoneNumber>;
export type Call = z.output<typeof call>;
export type NormalizedCall = z.output<typeof normalizedCall>;
export type Usage = z.output<typeof usage>;
export type Prompt = z.output<typeof prompt>;
export type NormalizedPrompt = z.output<typeof normalizedPrompt>;
