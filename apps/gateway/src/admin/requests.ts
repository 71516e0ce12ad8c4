import {
  fields,
  keyProfile,
  keyScope,
  listQuery,
  planType,
  requestsPerMinute,
  usageMinutes,
} from '@parley/contracts';
import { z } from 'zod';

/** What the admin API takes. Unknown fields are refused: an operator's slip must not pass for a setting. */

const name = fields.text(200).min(1);

export const newUser = z.strictObject({
  name,
  plan_type: planType.default('plan_free'),
  monthly_usage_limit_minutes: usageMinutes.nullable().default(null),
});

export const userPatch = z.strictObject({
  name: name.optional(),
  plan_type: planType.optional(),
  monthly_usage_limit_minutes: usageMinutes.nullish(),
});

const scopes = z
  .array(keyScope)
  .min(1)
  .max(10)
  .transform((given) => [...new Set(given)]);
const expiresAt = z.iso
  .datetime({ offset: true, error: 'must be a time like 2030-01-31T00:00:00Z' })
  .transform((text) => Date.parse(text))
  .refine((atMs) => atMs > Date.now(), { error: 'must be in the future' })
  .nullable();

export const newKey = z.strictObject({
  user_id: fields.uuid,
  name,
  scopes: scopes.default(['read', 'write']),
  profile: keyProfile.default('latest'),
  requests_per_minute: requestsPerMinute.nullable().default(null),
  expires_at: expiresAt.default(null),
});

export const keyPatch = z.strictObject({
  name: name.optional(),
  scopes: scopes.optional(),
  profile: keyProfile.optional(),
  requests_per_minute: requestsPerMinute.nullish(),
  expires_at: expiresAt.optional(),
});

const page = listQuery.pick({ page: true, size: true });
export const userListQuery = page;
export const keyListQuery = page.extend({ user_id: fields.uuid.nullish() });
