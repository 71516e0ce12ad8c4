import { z } from 'zod';
import { uuid } from '../../fields';
import { internalLlmFallback, interruptSensitivity, language } from '../agents';
import { openAiAccountConnection } from './account-connections';
import { action } from './actions';
import { defaulted, owned } from './documented';
import { prompt, promptParams } from './prompts';
import { pineconeVectorDatabase, pineconeVectorDatabaseParams } from './vector-databases';
import { voice } from './voices';
import { webhook } from './webhooks';

// The reference names both, though every integer is a number.
const boost = z.union([z.int(), z.number()]);

const settings = {
  name: z.string().nullable(),
  language: defaulted(language, 'en'),
  initial_message: z.string().nullable(),
  interrupt_sensitivity: defaulted(interruptSensitivity, 'low'),
  context_endpoint: z.string().nullable(),
  noise_suppression: defaulted(z.boolean(), false),
  endpointing_sensitivity: defaulted(z.enum(['auto', 'relaxed', 'sensitive']), 'auto'),
  ivr_navigation_mode: defaulted(z.enum(['default', 'off']), 'off'),
  conversation_speed: defaulted(z.number(), 1),
  initial_message_delay: defaulted(z.number(), 0),
  openai_model_name_override: z.string().nullable(),
  ask_if_human_present_on_idle: defaulted(z.boolean(), false),
  run_do_not_call_detection: defaulted(z.boolean(), false),
  llm_fallback: internalLlmFallback.nullable(),
  deepgram_keywords: z.record(z.string(), boost).nullable(),
  idle_time_seconds: z.int().nullable(),
  llm_temperature: defaulted(z.number(), 0),
};

export const agent = owned.extend({
  ...settings,
  prompt,
  actions: z.array(action),
  voice,
  webhook: webhook.nullable(),
  vector_database: pineconeVectorDatabase.nullable(),
  openai_account_connection: openAiAccountConnection.nullable(),
});

/** An agent in a list. Where the document allows an object beside the id, ours is always the id. */
export const normalizedAgent = owned.extend({
  ...settings,
  prompt: z.union([uuid, promptParams]),
  actions: z.array(uuid),
  voice: uuid,
  webhook: uuid.nullable(),
  vector_database: z.union([uuid, pineconeVectorDatabaseParams]).nullable(),
  openai_account_connection: z.union([openAiAccountConnection, uuid]).nullable(),
});

export type Agent = z.output<typeof agent>;
export type NormalizedAgent = z.output<typeof normalizedAgent>;
