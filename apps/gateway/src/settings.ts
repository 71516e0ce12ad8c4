import { commonSettings, keyListSetting, publicUrlSetting } from '@parley/observability';
import { z } from 'zod';

export const gatewaySettings = commonSettings.extend({
  PUBLIC_URL: publicUrlSetting(),
  SECRETS_KEYS: keyListSetting(),
  TWILIO_AUTH_TOKEN: z.string().min(1).describe("the Twilio account's auth token, which signs its requests"),
});

export type GatewaySettings = z.output<typeof gatewaySettings>;
