import { z } from 'zod';
import { ask, byUser, command } from './ask';
import { e164, uuid } from './fields';
import { listAsk } from './lists';
import {
  accountConnection,
  accountConnectionDraft,
  accountConnectionPatch,
  twilioAccountConnection,
} from './vocode/account-connections';

/** What config answers of the users' own accounts at Twilio and OpenAI, and what call-control does with them. */

const ofConnection = byUser.extend({ id: uuid });
const commandOnConnection = command.extend({ id: uuid });

export const accountConnectionAsks = {
  create: ask('config.v1.account-connections.create', {
    request: commandOnConnection.extend({ params: accountConnectionDraft }),
    response: accountConnection,
  }),
  get: ask('config.v1.account-connections.get', { request: ofConnection, response: accountConnection }),
  /** `invalid` on `type` when the stored one has another; `conflict` for another account while numbers hang on it. */
  update: ask('config.v1.account-connections.update', {
    request: commandOnConnection.extend({ params: accountConnectionPatch }),
    response: accountConnection,
  }),
  /** May be sorted by `id`, `created_at` and `type`. */
  list: listAsk('config.v1.account-connections.list', accountConnection),
};

/** A Twilio account with its sealed token, for checking signatures and for calling Twilio. `version` rises with each change. */
export const getSigningToken = ask('config.v1.account-connections.get-signing-token', {
  request: ofConnection,
  response: z.object({
    twilio_account_sid: z.string(),
    twilio_auth_token: z.string(),
    version: z.number().int().positive(),
  }),
});

/** Puts a number into the pool of a Twilio account; asked by call-control, which has seen that the account has it. */
export const storeInSteeringPool = ask('config.v1.account-connections.store-in-steering-pool', {
  request: commandOnConnection.extend({ number: e164 }),
  response: twilioAccountConnection,
});

/** Takes a number out of the pool; `not_found` when it is not in it. The account keeps the number. */
export const removeFromSteeringPool = ask('config.v1.account-connections.remove-from-steering-pool', {
  request: commandOnConnection.extend({ number: e164 }),
  response: twilioAccountConnection,
});

/**
 * Puts a number of the account into its pool; without one, buys one on that account. The public operation.
 * `invalid` when the account has no such number, `conflict` when it is in the pool already.
 */
export const addToSteeringPool = ask('call.v1.account-connections.add-to-steering-pool', {
  request: commandOnConnection.extend({ number: e164.nullable() }),
  response: twilioAccountConnection,
  timeoutMs: 30_000,
});

export type AddToSteeringPool = z.output<typeof addToSteeringPool.request>;
