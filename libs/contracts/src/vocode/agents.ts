import { z } from 'zod';
import {
  clearablePatch,
  httpUrl,
  laxBoolean,
  laxInteger,
  laxNumber,
  orNull,
  owned,
  patch,
  refOf,
  text,
  uuid,
  withDefault,
} from '../fields';
import { openAiAccountConnection, openAiAccountConnectionParams } from './account-connections';
import { action, actionDraft, actionParams, actionPatch, actionUpdateParams } from './actions';
import { prompt, promptParams, promptUpdateParams } from './prompts';
import {
  pineconeVectorDatabase,
  pineconeVectorDatabaseParams,
  pineconeVectorDatabaseUpdateParams,
  vectorDatabaseDraft,
  vectorDatabasePatch,
} from './vector-databases';
import { voice, voiceDraft, VoiceParams, voiceParams, voicePatch, voiceUpdateParams } from './voices';
import { webhook, webhookParams, webhookUpdateParams } from './webhooks';

const shortText = text(500);
export const internalLlmFallback = z.object({ provider: z.enum(['openai', 'azure']), model_name: shortText });
const maxKeywords = 500;
const keywords = z
  .record(shortText, laxNumber)
  .refine((map) => Object.keys(map).length <= maxKeywords, {
    error: `must not hold more than ${maxKeywords}`,
  })
  .meta({ maxProperties: maxKeywords });

export const language = z.enum(['en', 'es', 'de', 'hi', 'pt', 'fr', 'nl', 'id', 'it', 'ja', 'ko']);
export const interruptSensitivity = z.enum(['low', 'high']);

const dials = {
  name: shortText,
  language,
  initial_message: text(10_000),
  interrupt_sensitivity: interruptSensitivity,
  context_endpoint: httpUrl,
  noise_suppression: laxBoolean,
  endpointing_sensitivity: z.enum(['auto', 'relaxed', 'sensitive']),
  ivr_navigation_mode: z.enum(['default', 'off']),
  conversation_speed: laxNumber.pipe(z.number().min(0.5).max(2)),
  initial_message_delay: laxNumber.pipe(z.number().min(0).max(60)),
  openai_model_name_override: shortText,
  ask_if_human_present_on_idle: laxBoolean,
  run_do_not_call_detection: laxBoolean,
  llm_fallback: internalLlmFallback,
  deepgram_keywords: keywords,
  idle_time_seconds: laxInteger.pipe(z.number().int().min(1).max(3_600)),
  llm_temperature: laxNumber.pipe(z.number().min(0).max(2)),
};

/** An agent's own settings with their defaults, without what it refers to. */
export const agentSettings = z.object({
  name: orNull(dials.name),
  language: withDefault(dials.language, 'en'),
  initial_message: orNull(dials.initial_message),
  interrupt_sensitivity: withDefault(dials.interrupt_sensitivity, 'low'),
  context_endpoint: orNull(dials.context_endpoint),
  noise_suppression: withDefault(dials.noise_suppression, false),
  endpointing_sensitivity: withDefault(dials.endpointing_sensitivity, 'auto'),
  ivr_navigation_mode: withDefault(dials.ivr_navigation_mode, 'off'),
  conversation_speed: withDefault(dials.conversation_speed, 1),
  initial_message_delay: withDefault(dials.initial_message_delay, 0),
  openai_model_name_override: orNull(dials.openai_model_name_override),
  ask_if_human_present_on_idle: withDefault(dials.ask_if_human_present_on_idle, false),
  run_do_not_call_detection: withDefault(dials.run_do_not_call_detection, false),
  llm_fallback: orNull(dials.llm_fallback),
  deepgram_keywords: orNull(dials.deepgram_keywords),
  idle_time_seconds: orNull(dials.idle_time_seconds),
  llm_temperature: withDefault(dials.llm_temperature, 0),
});

const agentSettingsPatch = z.object({
  name: clearablePatch(dials.name),
  language: patch(dials.language),
  initial_message: clearablePatch(dials.initial_message),
  interrupt_sensitivity: patch(dials.interrupt_sensitivity),
  context_endpoint: clearablePatch(dials.context_endpoint),
  noise_suppression: patch(dials.noise_suppression),
  endpointing_sensitivity: patch(dials.endpointing_sensitivity),
  ivr_navigation_mode: patch(dials.ivr_navigation_mode),
  conversation_speed: patch(dials.conversation_speed),
  initial_message_delay: patch(dials.initial_message_delay),
  openai_model_name_override: clearablePatch(dials.openai_model_name_override),
  ask_if_human_present_on_idle: patch(dials.ask_if_human_present_on_idle),
  run_do_not_call_detection: patch(dials.run_do_not_call_detection),
  llm_fallback: clearablePatch(dials.llm_fallback),
  deepgram_keywords: clearablePatch(dials.deepgram_keywords),
  idle_time_seconds: clearablePatch(dials.idle_time_seconds),
});

const maxActions = 50;

/** A stored connection as answers have it, its key masked or not; taken by its id, whatever else it says. */
export const givenOpenAiAccountConnection = openAiAccountConnectionParams.extend(owned.shape);
export const openAiAccountConnectionRef = z
  .union([uuid, givenOpenAiAccountConnection])
  .transform((given) => (typeof given === 'string' ? given : given.id));

/** What a client sends to make an agent: each reference is an id or the params of a new object. */
export const agentParams = agentSettings.extend({
  prompt: z.union([uuid, promptParams]),
  voice: z.union([uuid, voiceParams]),
  actions: withDefault(z.array(z.union([uuid, actionParams])).max(maxActions), []),
  webhook: orNull(z.union([uuid, webhookParams])),
  vector_database: orNull(z.union([uuid, pineconeVectorDatabaseParams])),
  openai_account_connection: orNull(openAiAccountConnectionRef),
});

/** An agent given inline with a call may leave its voice to the deployment. */
export const callAgentParams = agentParams.extend({ voice: orNull(z.union([uuid, voiceParams])) });

export const agentUpdateParams = agentSettingsPatch.extend({
  prompt: patch(z.union([uuid, promptUpdateParams])),
  voice: patch(z.union([uuid, voiceUpdateParams])),
  actions: patch(z.array(z.union([uuid, actionUpdateParams])).max(maxActions)),
  webhook: clearablePatch(z.union([uuid, webhookUpdateParams])),
  vector_database: clearablePatch(z.union([uuid, pineconeVectorDatabaseUpdateParams])),
  openai_account_connection: clearablePatch(openAiAccountConnectionRef),
});

/** An agent to be made, as it travels inside: new sub-objects come with their ids. */
export const agentDraft = agentSettings.extend({
  prompt: refOf(promptParams),
  voice: refOf(voiceDraft).nullable(),
  actions: z.array(refOf(actionDraft)).max(maxActions),
  webhook: refOf(webhookParams).nullable(),
  vector_database: orNull(refOf(vectorDatabaseDraft)),
  openai_account_connection: orNull(uuid),
});

/**
 * A partial update, as it travels inside. An inline sub-object patches the present one in place when the type fits. The
 * list of actions is replaced, so each inline one is new: the gateway makes what secrets it lacks.
 */
export const agentPatch = agentSettingsPatch.extend({
  prompt: refOf(promptUpdateParams).optional(),
  voice: refOf(voicePatch).optional(),
  actions: z.array(refOf(actionPatch)).max(maxActions).optional(),
  webhook: refOf(webhookUpdateParams).nullish(),
  vector_database: refOf(vectorDatabasePatch).nullish(),
  openai_account_connection: uuid.nullish(),
});

export const agent = agentSettings.extend(owned.shape).extend({
  prompt,
  voice,
  actions: z.array(action),
  webhook: webhook.nullable(),
  vector_database: orNull(pineconeVectorDatabase),
  openai_account_connection: orNull(openAiAccountConnection),
});

/** An agent in a list: what it refers to as ids. */
export const normalizedAgent = agentSettings.extend(owned.shape).extend({
  prompt: uuid,
  voice: uuid,
  actions: z.array(uuid),
  webhook: uuid.nullable(),
  vector_database: uuid.nullable(),
  openai_account_connection: uuid.nullable(),
});

export type AgentSettings = z.output<typeof agentSettings>;
export type AgentParams = z.output<typeof agentParams>;
export type AgentUpdateParams = z.output<typeof agentUpdateParams>;
export type AgentDraft = z.output<typeof agentDraft>;
export type AgentPatch = z.output<typeof agentPatch>;
export type Agent = z.output<typeof agent>;
export type NormalizedAgent = z.output<typeof normalizedAgent>;

/** The voice of an agent that names none: ElevenLabs' own first sample voice, which every account has. */
export const defaultVoiceParams: VoiceParams = voiceParams.parse({
  type: 'voice_eleven_labs',
  voice_id: '21m00Tcm4TlvDq8ikWAM',
});

/** The agent that a number gets when its buyer names none. */
export const defaultAgentParams: AgentParams = agentParams.parse({
  prompt: 'You answer the phone. Be brief and kind, and help as well as you can.',
  voice: defaultVoiceParams,
  initial_message: 'Hello! How can I help you?',
});
