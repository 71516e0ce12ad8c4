import { z } from 'zod';
import { uuid } from '../../fields';
import { twilioAccountConnection } from './account-connections';
import { agent } from './agents';
import { defaulted, owned, textMap } from './documented';

export const telephonyProvider = z.enum(['vonage', 'twilio']);

const numberFields = {
  active: defaulted(z.boolean(), true),
  label: defaulted(z.string(), ''),
  outbound_only: defaulted(z.boolean(), false),
  example_context: textMap.nullable(),
  number: z.string(),
  telephony_provider: defaulted(telephonyProvider, 'vonage'),
};

export const phoneNumber = owned.extend({
  ...numberFields,
  inbound_agent: agent.nullable(),
  telephony_account_connection: twilioAccountConnection.nullable(),
});
export const normalizedPhoneNumber = owned.extend({
  ...numberFields,
  inbound_agent: uuid.nullable(),
  telephony_account_connection: z.union([uuid, twilioAccountConnection]).nullable(),
});

export type PhoneNumber = z.output<typeof phoneNumber>;
export type NormalizedPhoneNumber = z.output<typeof normalizedPhoneNumber>;
