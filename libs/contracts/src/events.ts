import { z } from 'zod';
import { epochMs, uuid } from './fields';
import { callMetadata } from './vocode/calls';
import { eventType, webhook } from './vocode/webhooks';

/** One public event of a call, as call-control writes it and `webhooks` delivers it. */
export const callEvent = z.object({
  event_id: uuid,
  user_id: uuid,
  call_id: uuid,
  /** From 1, without gaps, in the order of the call's history. */
  sequence: z.number().int().positive(),
  type: eventType,
  payload: z.record(z.string(), z.unknown()),
  created_at_ms: epochMs,
  /** The agent's webhook, if it has one. */
  webhook_id: uuid.nullable(),
  /** What the call was placed with; absent when it was given none. */
  metadata: callMetadata.optional(),
});

export function eventSubject(userId: string): string {
  return `events.v1.${userId}`;
}

/** Told by config whenever a webhook is made or changed. `version` rises with every change. */
export const webhookChanged = z.object({ webhook, version: z.number().int().positive() });

export const webhookChangedSubject = 'config-changes.v1.webhooks';

export type CallEvent = z.output<typeof callEvent>;
export type WebhookChanged = z.output<typeof webhookChanged>;
