import { commonSettings, databaseSettings, keyListSetting, urlSetting } from '@parley/observability';
import { z } from 'zod';

const hostAndPort = /^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/;

export const integrationsSettings = commonSettings.extend(databaseSettings.shape).extend({
  SECRETS_KEYS: keyListSetting(),
  ACTION_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .transform((entries) => entries.filter((entry) => entry !== ''))
    .refine((entries) => entries.every((entry) => hostAndPort.test(entry)), {
      message: 'not a list of host:port',
    })
    .describe(
      'where external actions and context endpoints may have private addresses, each as host:port, separated by commas',
    ),
  OPENAI_API_KEY: z
    .string()
    .optional()
    .describe('the key for embeddings, where agents have a vector database'),
  OPENAI_BASE_URL: urlSetting(
    ['https:', 'http:'],
    'where the OpenAI API is reached, if not at OpenAI',
  ).optional(),
  PINECONE_BASE_URL: urlSetting(
    ['https:', 'http:'],
    'where Pinecone is reached, if not at Pinecone',
  ).optional(),
  EFFECTS_KEPT_DAYS: z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(1, 'below 1')
    .max(3_650, 'above 3650')
    .default(30)
    .describe('for how many days the record of what actions did is kept'),
});

export type IntegrationsSettings = z.output<typeof integrationsSettings>;
