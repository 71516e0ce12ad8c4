import { z } from 'zod';
import { clearablePatch, e164, laxBoolean, owned, patch, stringMap, text, uuid } from '../fields';
import { agent, agentParams, agentUpdateParams } from './agents';

const telephonyProvider = z.enum(['vonage', 'twilio']);

export const buyNumberParams = z.object({
  area_code: z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().regex(/^\d{3}$/))
    .nullish(),
  telephony_provider: telephonyProvider.nullish(),
  telephony_account_connection: uuid.nullish(),
  inbound_agent: z.union([z.literal('default'), uuid, agentParams]).nullish(),
});

export const updateNumberParams = z.object({
  inbound_agent: clearablePatch(z.union([uuid, agentUpdateParams])),
  outbound_only: patch(laxBoolean),
  example_context: clearablePatch(stringMap),
  label: patch(text(500)),
});

/** A phone number of the user's, as it travels inside (`number` in E.164). */
export const phoneNumber = owned.extend({
  number: e164,
  active: z.boolean(),
  label: z.string(),
  inbound_agent: agent.nullable(),
  outbound_only: z.boolean(),
  example_context: stringMap.nullable(),
  telephony_provider: telephonyProvider,
  /** The carrier's own id of the number, e.g. Twilio's `PN…`. */
  carrier_number_id: z.string().nullable(),
});

export type BuyNumberParams = z.output<typeof buyNumberParams>;
export type UpdateNumberParams = z.output<typeof updateNumberParams>;
export type PhoneNumber = z.output<typeof phoneNumber>;
