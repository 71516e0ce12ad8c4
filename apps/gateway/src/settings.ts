import { commonSettings, flagSetting, keyListSetting, publicUrlSetting } from '@parley/observability';
import { z } from 'zod';
import { requestsPerMinuteSetting, trustedProxiesSetting } from './limits/settings';

export const gatewaySettings = commonSettings.extend({
  PUBLIC_URL: publicUrlSetting(),
  SECRETS_KEYS: keyListSetting(),
  TWILIO_AUTH_TOKEN: z.string().min(1).describe("the Twilio account's auth token, which signs its requests"),
  /** Answers show provider keys and account tokens in clear, as Vocode's do. */
  REVEAL_SECRETS: flagSetting(false),
  RATE_LIMIT_PER_KEY_PER_MINUTE: requestsPerMinuteSetting().default(6_000),
  RATE_LIMIT_PER_ADDRESS_PER_MINUTE: requestsPerMinuteSetting().default(12_000),
  TRUSTED_PROXIES: trustedProxiesSetting().default(0),
});

export type GatewaySettings = z.output<typeof gatewaySettings>;
