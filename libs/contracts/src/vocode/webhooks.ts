import { z } from 'zod';
import { httpUrl, owned, patch, withDefault } from '../fields';

export const eventTypes = [
  'event_message',
  'event_action',
  'event_phone_call_connected',
  'event_phone_call_ended',
  'event_phone_call_did_not_connect',
  'event_transcript',
  'event_recording',
  'event_human_detection',
] as const;

export const eventType = z.enum(eventTypes);

const subscriptions = z.array(eventType).max(64);
export const httpMethod = z.enum(['GET', 'POST']);

/** Where a customer wants to hear of events, and of which. */
export const webhookParams = z.object({
  subscriptions,
  url: httpUrl,
  method: withDefault(httpMethod, 'POST'),
});
export const webhookUpdateParams = z.object({
  subscriptions: patch(subscriptions),
  url: patch(httpUrl),
  method: patch(httpMethod),
});
export const webhook = webhookParams.extend(owned.shape);

export type EventType = z.output<typeof eventType>;
export type WebhookParams = z.output<typeof webhookParams>;
export type WebhookUpdateParams = z.output<typeof webhookUpdateParams>;
export type Webhook = z.output<typeof webhook>;
