import { z } from 'zod';
import { ask } from './ask';
import { epochMs, text, uuid } from './fields';
import { listStretch } from './lists';

/** What config answers of users, their API keys and their limits. Asked by the gateway and by call-control. */

export const planType = z.enum(['plan_free', 'plan_developer', 'plan_enterprise', 'plan_unlimited']);

/** What a key may do: `read` every GET, `write` every other request, `admin` all under `/admin`. */
export const keyScope = z.enum(['read', 'write', 'admin']);

/** The vintage of the API in which a key's requests are answered. */
export const keyProfile = z.enum(['latest', 'sdk-0.0.22', 'sdk-0.0.15', 'seed']);

const name = text(200).min(1);
/** Of calls, a month. */
export const usageMinutes = z.number().int().nonnegative().max(100_000_000);
/** Below 10, one request too many would be more than the tenth by which a limit may be passed. */
export const requestsPerMinute = z.number().int().min(10).max(100_000_000);
const keyId = z.string().max(64);
const keyHash = z.string().max(128);
const scopes = z.array(keyScope).min(1).max(10);

const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.number().int().nonnegative() });

/** Whose key this is. Only the key's id and hash travel. Unknown, expired and revoked keys are all `unauthenticated`. */
export const authenticate = ask('config.v1.keys.authenticate', {
  request: z.object({ key_id: keyId, key_hash: keyHash }),
  response: z.object({
    key_id: z.string(),
    user_id: uuid,
    name: z.string(),
    scopes: z.array(keyScope),
    profile: keyProfile,
    limits: z.object({
      /** The key's own limit; null where the deployment's holds. */
      requests_per_minute: requestsPerMinute.nullable(),
    }),
    /** When it stops being valid. */
    expires_at: epochMs.nullable(),
  }),
});

/**
 * Core NATS; may be lost. Told after a user or a key was changed: whoever remembers answers about keys forgets them.
 */
export const keysChangedSubject = 'config.v1.keys.changed';

export const user = z.object({
  id: uuid,
  name: z.string(),
  created_at: epochMs,
  plan_type: planType,
  /** The user's own limit; null where the plan's holds. */
  monthly_usage_limit_minutes: usageMinutes.nullable(),
});

export const createUser = ask('config.v1.users.create', {
  request: z.object({
    id: uuid,
    name,
    plan_type: planType,
    monthly_usage_limit_minutes: usageMinutes.nullable(),
  }),
  response: user,
});

/** Newest first. */
export const listUsers = ask('config.v1.users.list', { request: listStretch, response: listOf(user) });

export const getUser = ask('config.v1.users.get', { request: z.object({ id: uuid }), response: user });

/** Absent leaves alone. */
export const updateUser = ask('config.v1.users.update', {
  request: z.object({
    id: uuid,
    name: name.optional(),
    plan_type: planType.optional(),
    monthly_usage_limit_minutes: usageMinutes.nullish(),
  }),
  response: user,
});

/** A user's plan, and the limit that holds: the user's own, else the plan's; null is none. */
export const getUserPlan = ask('config.v1.users.plan', {
  request: z.object({ user_id: uuid }),
  response: z.object({ plan_type: planType, monthly_usage_limit_minutes: usageMinutes.nullable() }),
});

/** What is known of a key: never the key, nor its hash. */
export const apiKey = z.object({
  id: uuid,
  user_id: uuid,
  name: z.string(),
  scopes: z.array(keyScope),
  profile: keyProfile,
  requests_per_minute: requestsPerMinute.nullable(),
  created_at: epochMs,
  expires_at: epochMs.nullable(),
  revoked_at: epochMs.nullable(),
  /** Right to about a minute. */
  last_used_at: epochMs.nullable(),
});

const keyFields = {
  name,
  scopes,
  profile: keyProfile,
  requests_per_minute: requestsPerMinute.nullable(),
  expires_at: epochMs.nullable(),
};

/** Stores a key that the asker made: its id and its hash. */
export const createKey = ask('config.v1.keys.create', {
  request: z.object({ id: uuid, key_hash: keyHash, user_id: uuid, ...keyFields }),
  response: apiKey,
});

/** The keys of a user, or of all of them, revoked ones too; newest first. */
export const listKeys = ask('config.v1.keys.list', {
  request: listStretch.extend({ user_id: uuid.nullable() }),
  response: listOf(apiKey),
});

/** Absent leaves alone. */
export const updateKey = ask('config.v1.keys.update', {
  request: z.object({ id: uuid }).extend(z.object(keyFields).partial().shape),
  response: apiKey,
});

/** For good. Right, and without further effect, on one that is revoked. */
export const revokeKey = ask('config.v1.keys.revoke', { request: z.object({ id: uuid }), response: apiKey });

/**
 * Takes tokens, at most `wanted`, out of the bucket that all gateways share. What is granted may be spent until a
 * second after it was asked for. `retry_after_ms`: when there will be one again; 0 when one was granted.
 */
export const leaseTokens = ask('config.v1.limits.lease', {
  request: z.object({
    bucket: z.string().min(1).max(120),
    limit_per_minute: requestsPerMinute,
    wanted: z.number().int().min(1).max(100_000_000),
  }),
  response: z.object({
    granted: z.number().int().nonnegative(),
    retry_after_ms: z.number().int().nonnegative(),
  }),
  timeoutMs: 1_000,
});

/** How many tokens the bucket of a limit holds at most: what may come at once. */
export function bucketCapacity(limitPerMinute: number): number {
  return Math.max(1, limitPerMinute * 0.05);
}

export type PlanType = z.output<typeof planType>;
export type KeyScope = z.output<typeof keyScope>;
export type KeyProfile = z.output<typeof keyProfile>;
export type User = z.output<typeof user>;
export type ApiKey = z.output<typeof apiKey>;
