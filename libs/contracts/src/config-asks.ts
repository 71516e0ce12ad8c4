import { z } from 'zod';
import { ask } from './ask';
import { e164, refOf, stringMap, uuid } from './fields';
import { action, actionParams } from './vocode/actions';
import { agent, agentDraft, agentPatch } from './vocode/agents';
import { phoneNumber } from './vocode/numbers';
import { prompt, promptParams } from './vocode/prompts';
import { voice, voiceParams } from './vocode/voices';
import { webhook, webhookParams } from './vocode/webhooks';

/** What config answers. Every ask that changes something carries a command id: a repeat gets the same answer. */

const byUser = z.object({ user_id: uuid });
const command = byUser.extend({ command_id: z.string().min(1).max(200) });

const key = z.object({
  key_id: z.string(),
  user_id: uuid,
  name: z.string(),
});

/** Whose key this is. Only the key's id and hash travel. Unknown, expired and revoked keys are all `unauthenticated`. */
export const authenticate = ask('config.v1.keys.authenticate', {
  request: z.object({ key_id: z.string().max(64), key_hash: z.string().max(128) }),
  response: key,
});

/** The asks that every kind of resource has. */
function resourceAsks<P extends z.ZodType, S extends z.ZodType>(
  name: string,
  shapes: { params: P; stored: S },
) {
  return {
    create: ask(`config.v1.${name}.create`, {
      request: command.extend({ id: uuid, params: shapes.params }),
      response: shapes.stored,
    }),
    get: ask(`config.v1.${name}.get`, { request: byUser.extend({ id: uuid }), response: shapes.stored }),
  };
}

export const actionAsks = resourceAsks('actions', { params: actionParams, stored: action });
export const voiceAsks = resourceAsks('voices', { params: voiceParams, stored: voice });
export const webhookAsks = resourceAsks('webhooks', { params: webhookParams, stored: webhook });
export const promptAsks = resourceAsks('prompts', { params: promptParams, stored: prompt });
export const agentAsks = resourceAsks('agents', { params: agentDraft, stored: agent });

/** The webhook and the version of it, for a projection that has not heard of it yet. */
export const getWebhookVersion = ask('config.v1.webhooks.get-version', {
  request: byUser.extend({ id: uuid }),
  response: z.object({ webhook, version: z.number().int().positive() }),
});

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

/** The agent of a call: a stored one, or one given inline, which is stored on the way. */
export const resolveCallAgent = ask('config.v1.agents.resolve', {
  request: command.extend({ agent: refOf(agentDraft) }),
  response: agent,
});
