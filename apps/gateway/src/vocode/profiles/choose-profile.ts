import type { KeyProfile } from '@parley/contracts';
import { latest } from './latest';
import type { Profile } from './profile';
import { sdk15 } from './sdk-0-0-15';
import { sdk22 } from './sdk-0-0-22';
import { seed } from './seed';

const profiles: Readonly<Record<KeyProfile, Profile>> = {
  latest,
  'sdk-0.0.22': sdk22,
  'sdk-0.0.15': sdk15,
  seed,
};

/** What of a request tells which vintage its sender reads. */
export interface Reader {
  readonly keyProfile: KeyProfile;
  /** `X-Fern-SDK-Version`. */
  readonly sdkVersion: string | undefined;
}

/** The vintage to answer in: the key's own where it has one, else that of the SDK that says which it is. */
export function chooseProfile({ keyProfile, sdkVersion }: Reader): Profile {
  return keyProfile === 'latest' ? profiles[profileOfSdk(sdkVersion)] : profiles[keyProfile];
}

/**
 * In both languages: lists are bare arrays before 0.0.5 (and in its alphas up to the fifth), prompts are texts until
 * 0.0.15, and until 0.0.22 there are fields that may not be null. Other versions, and what is none, read the newest.
 */
export function profileOfSdk(version: string | undefined): KeyProfile {
  const [, patch, alpha] = /^0\.0\.(\d{1,6})(?:-alpha\.(\d{1,6}))?$/.exec(version ?? '') ?? [];
  if (patch === undefined) return 'latest';
  const number = Number(patch);
  if (number < 5 || (number === 5 && alpha !== undefined && Number(alpha) <= 5)) return 'seed';
  if (number <= 15) return 'sdk-0.0.15';
  return number <= 22 ? 'sdk-0.0.22' : 'latest';
}
