import { commonSettings, databaseSettings } from '@parley/observability';
import { z } from 'zod';

const hostAndPort = /^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/;

export const webhooksSettings = commonSettings.extend(databaseSettings.shape).extend({
  WEBHOOK_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .transform((entries) => entries.filter((entry) => entry !== ''))
    .refine((entries) => entries.every((entry) => hostAndPort.test(entry)), {
      message: 'not a list of host:port',
    })
    .describe('the receivers that may have private addresses, each as host:port, separated by commas'),
  WEBHOOK_RETRY_SCALE: z.coerce
    .number({ error: 'not a number' })
    .positive('not above 0')
    .max(1, 'above 1')
    .default(1)
    .describe('a factor on every wait between attempts, above 0 and at most 1'),
});

export type WebhooksSettings = z.output<typeof webhooksSettings>;
