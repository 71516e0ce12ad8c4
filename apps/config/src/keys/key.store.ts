import type { ApiKey, KeyProfile, KeyScope } from '@parley/contracts';
import { authenticate, createKey, listKeys, updateKey } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { isUniqueViolation } from '@parley/persistence';
import { isSameKeyHash } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import type { z } from 'zod';
import { ApiKeyRow } from '../rows/api-key.row';
import { UserRow } from '../rows/user.row';
import { userNotFound } from '../users/user.store';

/** API keys. A write is one statement: when the process dies it has either happened or not. */
export class KeyStore {
  constructor(private readonly database: DataSource) {}

  /** @throws {KEY.REFUSED}, the same for an unknown, an expired, a revoked and a wrong key. */
  async authenticate(keyId: string, hash: string): Promise<z.input<typeof authenticate.response>> {
    const row = await this.database.manager.findOneBy(ApiKeyRow, { id: keyId });
    if (!row || !isSameKeyHash(hash, row.hash) || row.revokedAt !== null || hasExpired(row)) {
      throw new AppError('unauthenticated', 'KEY.REFUSED', 'Not authenticated: this API key is not valid.');
    }
    return {
      key_id: row.id,
      user_id: row.userId,
      name: row.name,
      scopes: row.scopes,
      profile: row.profile,
      limits: { requests_per_minute: row.requestsPerMinute },
      expires_at: row.expiresAt?.getTime() ?? null,
    };
  }

  /** @throws {USER.NOT_FOUND} {KEY.EXISTS} */
  async create(request: z.output<typeof createKey.request>): Promise<ApiKey> {
    const { id, user_id: userId, key_hash: hash, name, scopes, profile } = request;
    if (!(await this.database.manager.existsBy(UserRow, { id: userId }))) throw userNotFound();
    const row = {
      ...newRow({ id, userId, name, hash, scopes, profile }),
      requestsPerMinute: request.requests_per_minute,
      expiresAt: dateOf(request.expires_at),
    };
    try {
      await this.database.manager.insert(ApiKeyRow, row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('conflict', 'KEY.EXISTS', 'There is a key of this id already.', { cause: error });
    }
    return show(row);
  }

  async list(request: z.output<typeof listKeys.request>): Promise<{ items: ApiKey[]; total: number }> {
    const [rows, total] = await this.database.manager.findAndCount(ApiKeyRow, {
      where: request.user_id === null ? {} : { userId: request.user_id },
      order: { id: 'DESC' },
      skip: request.offset,
      take: request.limit,
    });
    return { items: rows.map(show), total };
  }

  /** @throws {KEY.NOT_FOUND} */
  async update({ id, ...patch }: z.output<typeof updateKey.request>): Promise<ApiKey> {
    const changes = {
      ...(patch.name !== undefined && { name: patch.name }),
      ...(patch.scopes !== undefined && { scopes: patch.scopes }),
      ...(patch.profile !== undefined && { profile: patch.profile }),
      ...(patch.requests_per_minute !== undefined && { requestsPerMinute: patch.requests_per_minute }),
      ...(patch.expires_at !== undefined && { expiresAt: dateOf(patch.expires_at) }),
    };
    if (Object.keys(changes).length > 0) await this.database.manager.update(ApiKeyRow, { id }, changes);
    return this.get(id);
  }

  /** The time of the first revocation stays. @throws {KEY.NOT_FOUND} */
  async revoke(id: string): Promise<ApiKey> {
    await this.database.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [
      id,
    ]);
    return this.get(id);
  }

  /** Notes when keys were last used; of one key at most once a minute, however many processes try. */
  async noteUse(usedAtMs: ReadonlyMap<string, number>): Promise<void> {
    await this.database.query(
      `UPDATE api_keys SET last_used_at = used.at
       FROM (SELECT id, to_timestamp(at_ms / 1000) AS at
             FROM unnest($1::uuid[], $2::double precision[]) AS given (id, at_ms)) AS used
       WHERE api_keys.id = used.id
         AND (last_used_at IS NULL OR last_used_at <= used.at - interval '1 minute')`,
      [[...usedAtMs.keys()], [...usedAtMs.values()]],
    );
  }

  private async get(id: string): Promise<ApiKey> {
    const row = await this.database.manager.findOneBy(ApiKeyRow, { id });
    if (row) return show(row);
    throw new AppError('not_found', 'KEY.NOT_FOUND', 'Key not found');
  }
}

/** A key as it is when it is new, without an end or a limit of its own. */
export function newRow(given: {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: KeyScope[];
  readonly profile: KeyProfile;
}): Pick<ApiKeyRow, keyof ApiKeyRow> {
  return {
    ...given,
    requestsPerMinute: null,
    createdAt: new Date(),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
}

function hasExpired({ expiresAt }: ApiKeyRow): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}

function dateOf(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}

function show(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    user_id: row.userId,
    name: row.name,
    scopes: row.scopes,
    profile: row.profile,
    requests_per_minute: row.requestsPerMinute,
    created_at: row.createdAt.getTime(),
    expires_at: row.expiresAt?.getTime() ?? null,
    revoked_at: row.revokedAt?.getTime() ?? null,
    last_used_at: row.lastUsedAt?.getTime() ?? null,
  };
}
