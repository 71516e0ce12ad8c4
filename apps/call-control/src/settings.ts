import {
  commonSettings,
  databaseSettings,
  keyListSetting,
  keySetting,
  publicMediaUrlSetting,
  publicUrlSetting,
  urlSetting,
} from '@parley/observability';
import { z } from 'zod';

const wantedCountries =
  'countries that may be called besides the caller id’s own, as two letters each: US,CA,GB';

export const callControlSettings = commonSettings.extend(databaseSettings.shape).extend({
  PUBLIC_URL: publicUrlSetting(),
  PUBLIC_MEDIA_URL: publicMediaUrlSetting(),
  MEDIA_TOKEN_KEY: keySetting(),
  SECRETS_KEYS: keyListSetting(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'not an account SID')
    .describe('the SID of the Twilio account, AC and 32 hex digits'),
  TWILIO_AUTH_TOKEN: z.string().min(1).describe('the auth token of the Twilio account'),
  TWILIO_BASE_URL: urlSetting(
    ['https:', 'http:'],
    'where the Twilio API is reached, if not at Twilio',
  ).optional(),
  DIAL_COUNTRIES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .toUpperCase()
        .split(',')
        .map((country) => country.trim())
        .filter(Boolean),
    )
    .refine(
      (countries) => countries.every((country) => /^[A-Z]{2}$/.test(country)),
      'not a list of countries',
    )
    .describe(wantedCountries),
});

export type CallControlSettings = z.output<typeof callControlSettings>;
