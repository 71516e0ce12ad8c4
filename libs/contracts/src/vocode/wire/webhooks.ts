import { z } from 'zod';
import { eventType, httpMethod } from '../webhooks';
import { defaulted, owned } from './documented';

export const webhook = owned.extend({
  subscriptions: z.array(eventType),
  url: z.string(),
  method: defaulted(httpMethod, 'POST'),
});

export type Webhook = z.output<typeof webhook>;
