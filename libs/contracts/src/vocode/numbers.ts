import { z } from 'zod';
import {
  clearablePatch,
  e164,
  laxBoolean,
  owned,
  patch,
  phoneNumberText,
  stringMap,
  text,
  uuid,
  withDefault,
} from '../fields';
import { twilioAccountConnection } from './account-connections';
import { agent, agentParams, agentUpdateParams } from './agents';

const telephonyProvider = z.enum(['vonage', 'twilio']);

const newNumberAgent = z.union([z.literal('default'), uuid, agentParams]).nullish();

export const buyNumberParams = z.object({
  area_code: z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().regex(/^\d{3}$/))
    .meta({ alsoAccepts: [{ type: 'integer', minimum: 100, maximum: 999 }] })
    .nullish(),
  telephony_provider: telephonyProvider.nullish().meta({ defaultsTo: 'vonage' }),
  telephony_account_connection: uuid.nullish(),
  inbound_agent: newNumberAgent,
});

/** What a client sends to use a number of its own Twilio account. */
export const linkNumberParams = z.object({
  phone_number: phoneNumberText,
  telephony_account_connection: uuid,
  outbound_only: withDefault(laxBoolean, false),
  inbound_agent: newNumberAgent,
});

export const updateNumberParams = z.object({
  inbound_agent: clearablePatch(z.union([uuid, agentUpdateParams])),
  outbound_only: patch(laxBoolean),
  example_context: clearablePatch(stringMap),
  label: patch(text(500)),
});

/** What of a number is its own, as it travels inside (`number` in E.164). */
const numberFields = owned.extend({
  number: e164,
  active: z.boolean(),
  label: z.string(),
  outbound_only: z.boolean(),
  example_context: stringMap.nullable(),
  telephony_provider: telephonyProvider,
});

/** A phone number of the user's, as it travels inside. */
export const phoneNumber = numberFields.extend({
  inbound_agent: agent.nullable(),
  /** The carrier's own id of the number, e.g. Twilio's `PN…`. */
  carrier_number_id: z.string().nullable(),
  /** The user's own account that has the number; null for the deployment's. */
  telephony_account_connection: twilioAccountConnection.nullable(),
  /** A linked number stays its owner's when it is cancelled; a bought one is given back to the carrier. */
  origin: z.enum(['bought', 'linked']),
});

/** A number in a list: what it refers to as ids. */
export const normalizedPhoneNumber = numberFields.extend({
  inbound_agent: uuid.nullable(),
  telephony_account_connection: uuid.nullable(),
});

export type BuyNumberParams = z.output<typeof buyNumberParams>;
export type UpdateNumberParams = z.output<typeof updateNumberParams>;
export type PhoneNumber = z.output<typeof phoneNumber>;
export type NormalizedPhoneNumber = z.output<typeof normalizedPhoneNumber>;
