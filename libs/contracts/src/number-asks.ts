import { z } from 'zod';
import { ask } from './ask';
import { e164, refOf, stringMap, uuid } from './fields';
import { agentDraft, agentPatch } from './vocode/agents';
import { phoneNumber } from './vocode/numbers';

/** What config answers of the users' numbers, and what call-control does with them at the carrier. */

const byUser = z.object({ user_id: uuid });
const command = byUser.extend({ command_id: z.string().min(1).max(200) });

/** Stores a number that was bought at the carrier. A number can have one active owner. */
export const createNumber = ask('config.v1.numbers.create', {
  request: command.extend({
    id: uuid,
    number: e164,
    telephony_provider: z.enum(['vonage', 'twilio']),
    carrier_number_id: z.string().nullable(),
    inbound_agent: refOf(agentDraft).nullable(),
  }),
  response: phoneNumber,
});

export const getNumber = ask('config.v1.numbers.get', {
  request: byUser.extend({ number: e164 }),
  response: phoneNumber,
});

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

/** Buys a number at the carrier, points it here, and has config store it. */
export const buyNumber = ask('call.v1.numbers.buy', {
  request: command.extend({
    number_id: uuid,
    area_code: z.string().nullable(),
    inbound_agent: refOf(agentDraft).nullable(),
  }),
  response: phoneNumber,
  timeoutMs: 30_000,
});
