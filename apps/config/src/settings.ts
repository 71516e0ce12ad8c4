import { commonSettings, databaseSettings } from '@parley/observability';
import { z } from 'zod';

export const configSettings = commonSettings.extend(databaseSettings.shape).extend({
  BOOTSTRAP_API_KEY: z
    .string()
    .startsWith('parley_', 'not a Parley API key')
    .optional()
    .describe('the API key of the first user, made at the first start'),
});

export type ConfigSettings = z.output<typeof configSettings>;
