import { z } from 'zod';
import { e164, laxBoolean, orNull, owned, patch, phoneNumberText, text, withDefault } from '../fields';
import { sealedText, secretText } from './secret-texts';

/** A number of a pool serves one call at a time, so no account needs more. */
export const maxSteeringPool = 400;

const secret = secretText.min(1);
const sealed = sealedText.min(1);

const twilioType = { type: z.literal('account_connection_twilio') };
const openAiType = { type: z.literal('account_connection_openai') };

export const twilioCredentials = z.object({
  twilio_account_sid: text(100).min(1),
  twilio_auth_token: secret,
});
export const openAiCredentials = z.object({ openai_api_key: secret });

export const twilioAccountConnectionParams = z.object({
  ...twilioType,
  credentials: twilioCredentials,
  steering_pool: withDefault(z.array(phoneNumberText).max(maxSteeringPool), []),
  account_supports_any_caller_id: withDefault(laxBoolean, false),
});
export const openAiAccountConnectionParams = z.object({ ...openAiType, credentials: openAiCredentials });

/** What a client sends to connect an account of its own. */
export const accountConnectionParams = z.discriminatedUnion('type', [
  twilioAccountConnectionParams,
  openAiAccountConnectionParams,
]);

export const twilioAccountConnectionUpdateParams = z.object({
  ...twilioType,
  credentials: patch(twilioCredentials),
});
export const openAiAccountConnectionUpdateParams = z.object({
  ...openAiType,
  credentials: patch(openAiCredentials),
});
/** Credentials are changed as a whole. Pools have operations of their own. */
export const accountConnectionUpdateParams = z.discriminatedUnion('type', [
  twilioAccountConnectionUpdateParams,
  openAiAccountConnectionUpdateParams,
]);

const storedTwilioCredentials = z.object({
  twilio_account_sid: z.string(),
  /** Sealed to (`account_connections`, the connection's id, `twilio_auth_token`). */
  twilio_auth_token: sealed,
});
const storedOpenAiCredentials = z.object({
  /** Sealed to (`account_connections`, the connection's id, `openai_api_key`). */
  openai_api_key: sealed,
});

const twilioDraft = z.object({
  ...twilioType,
  credentials: storedTwilioCredentials,
  steering_pool: z.array(e164).max(maxSteeringPool),
  account_supports_any_caller_id: z.boolean(),
});
const openAiDraft = z.object({ ...openAiType, credentials: storedOpenAiCredentials });

/** A connection to be made, as it travels inside: secrets sealed, numbers in E.164. */
export const accountConnectionDraft = z.discriminatedUnion('type', [twilioDraft, openAiDraft]);

/** A change, as it travels inside. A secret that was sent as its mask is left out, and stays as it is. */
export const accountConnectionPatch = z.discriminatedUnion('type', [
  z.object({ ...twilioType, credentials: storedTwilioCredentials.partial().optional() }),
  z.object({ ...openAiType, credentials: storedOpenAiCredentials.partial().optional() }),
]);

/** A user's own Twilio account, as it travels inside. */
export const twilioAccountConnection = twilioDraft.extend(owned.shape);
/** A user's own OpenAI account, as it travels inside. */
export const openAiAccountConnection = openAiDraft.extend(owned.shape);
export const accountConnection = z.discriminatedUnion('type', [
  twilioAccountConnection,
  openAiAccountConnection,
]);

/** A number that the account has, or none: then one is bought. The body itself may be absent or `null`. */
export const addToSteeringPoolParams = z.object({ phone_number: orNull(phoneNumberText) });
export const removeFromSteeringPoolParams = z.object({ phone_number: phoneNumberText });

export type AccountConnectionParams = z.output<typeof accountConnectionParams>;
export type AccountConnectionUpdateParams = z.output<typeof accountConnectionUpdateParams>;
export type AccountConnectionDraft = z.output<typeof accountConnectionDraft>;
export type AccountConnectionPatch = z.output<typeof accountConnectionPatch>;
export type TwilioAccountConnection = z.output<typeof twilioAccountConnection>;
export type OpenAiAccountConnection = z.output<typeof openAiAccountConnection>;
export type AccountConnection = z.output<typeof accountConnection>;
