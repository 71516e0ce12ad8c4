import { z } from 'zod';
import { ask, byUser, command } from './ask';
import { e164, refOf, stringMap, uuid } from './fields';
import { listAsk } from './lists';
import { agentDraft, agentPatch } from './vocode/agents';
import { normalizedPhoneNumber, phoneNumber } from './vocode/numbers';

/** What config answers of the users' numbers, and what call-control does with them at the carrier. */

/** A command of a client's with the hash of its body: the same id with another hash is `conflict`, not answered. */
const clientCommand = command.extend({ fingerprint: z.string().max(100).nullable().default(null) });

/** Stores a number that the account has. A number can have one active owner: `conflict` for a second. */
export const createNumber = ask('config.v1.numbers.create', {
  request: command.extend({
    id: uuid,
    number: e164,
    telephony_provider: z.enum(['vonage', 'twilio']),
    carrier_number_id: z.string().nullable(),
    telephony_account_connection: uuid.nullable().default(null),
    origin: z.enum(['bought', 'linked']).default('bought'),
    outbound_only: z.boolean().default(false),
    inbound_agent: refOf(agentDraft).nullable(),
  }),
  response: phoneNumber,
});

/** The active number, or the last cancelled one (`active: false`) when there is none. */
export const getNumber = ask('config.v1.numbers.get', {
  request: byUser.extend({ number: e164 }),
  response: phoneNumber,
});

/** May be sorted by `id`, `created_at`, `number`, `label` and `active`. Cancelled numbers are in it. */
export const listNumbers = listAsk('config.v1.numbers.list', normalizedPhoneNumber);

/** Marks a number as no longer the user's; asked by call-control, which has given it back. A repeat changes nothing. */
export const deactivateNumber = ask('config.v1.numbers.deactivate', {
  request: command.extend({ id: uuid }),
  response: phoneNumber,
});

/** Of an active number: a cancelled one is `not_found`. */
export const updateNumber = ask('config.v1.numbers.update', {
  request: command.extend({
    number: e164,
    params: z.object({
      /**
       * An id attaches that agent; a patch changes the attached one in place. With none attached yet, a patch that
       * holds all that an agent needs makes one.
       */
      inbound_agent: refOf(agentPatch).nullish(),
      outbound_only: z.boolean().optional(),
      example_context: stringMap.nullish(),
      label: z.string().optional(),
    }),
  }),
  response: phoneNumber,
});

/** The active owner of a number that was called, whoever that is. Asked by call-control only. */
export const resolveInbound = ask('config.v1.numbers.resolve-inbound', {
  request: z.object({ number: e164 }),
  response: phoneNumber,
});

/** Buys a number at the carrier, on the user's own account if one is named, points it here, and has config store it. */
export const buyNumber = ask('call.v1.numbers.buy', {
  request: clientCommand.extend({
    number_id: uuid,
    area_code: z.string().nullable(),
    telephony_account_connection: uuid.nullable().default(null),
    inbound_agent: refOf(agentDraft).nullable(),
  }),
  response: phoneNumber,
  timeoutMs: 30_000,
});

/** Points a number that the user's own account has here. `invalid` when the account has none such. */
export const linkNumber = ask('call.v1.numbers.link', {
  request: clientCommand.extend({
    number_id: uuid,
    number: e164,
    telephony_account_connection: uuid,
    outbound_only: z.boolean(),
    inbound_agent: refOf(agentDraft).nullable(),
  }),
  response: phoneNumber,
  timeoutMs: 30_000,
});

/** Gives a bought number back to the carrier; a linked one only ceases to be pointed here. A repeat changes nothing. */
export const cancelNumber = ask('call.v1.numbers.cancel', {
  request: command.extend({ number: e164 }),
  response: phoneNumber,
  timeoutMs: 30_000,
});

export type BuyNumber = z.output<typeof buyNumber.request>;
export type LinkNumber = z.output<typeof linkNumber.request>;
export type CancelNumber = z.output<typeof cancelNumber.request>;
