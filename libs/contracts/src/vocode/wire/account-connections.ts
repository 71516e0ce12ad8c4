import { z } from 'zod';
import { defaulted, owned } from './documented';

export const twilioCredentials = z.object({ twilio_account_sid: z.string(), twilio_auth_token: z.string() });
export const openAiCredentials = z.object({ openai_api_key: z.string() });

export const twilioAccountConnection = owned.extend({
  credentials: twilioCredentials,
  type: z.literal('account_connection_twilio'),
  steering_pool: z.array(z.string()),
  account_supports_any_caller_id: defaulted(z.boolean(), false),
});
export const openAiAccountConnection = owned.extend({
  credentials: openAiCredentials,
  type: z.literal('account_connection_openai'),
});

export const accountConnection = z.discriminatedUnion('type', [
  twilioAccountConnection,
  openAiAccountConnection,
]);

export type TwilioAccountConnection = z.output<typeof twilioAccountConnection>;
export type OpenAiAccountConnection = z.output<typeof openAiAccountConnection>;
export type AccountConnection = z.output<typeof accountConnection>;
