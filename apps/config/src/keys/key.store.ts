import { AppError, newId } from '@parley/kernel';
import { hashApiKey, isSameKeyHash, parseApiKey } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import { ApiKeyRow, UserRow } from '../rows/api-key.row';

const firstUserName = 'first user';

export class KeyStore {
  constructor(private readonly database: DataSource) {}

  /** @throws {KEY.REFUSED}, the same for an unknown, a revoked and a wrong key. */
  async authenticate(
    keyId: string,
    hash: string,
  ): Promise<{ key_id: string; user_id: string; name: string }> {
    const row = await this.database.manager.findOneBy(ApiKeyRow, { id: keyId });
    if (!row || row.revokedAt !== null || !isSameKeyHash(hash, row.hash)) {
      throw new AppError('unauthenticated', 'KEY.REFUSED', 'Not authenticated: this API key is not valid.');
    }
    return { key_id: row.id, user_id: row.userId, name: row.name };
  }

  /**
   * Makes the key of the deployment's first user be `key`, making that user if there is none. Run at every start; a
   * repeat changes nothing. @throws {KEY.MALFORMED} when `key` has not the form of a key.
   */
  async ensureFirstKey(key: string): Promise<void> {
    const id = parseApiKey(key)?.id;
    if (id === undefined) {
      throw new AppError('invalid', 'KEY.MALFORMED', 'BOOTSTRAP_API_KEY is not a Parley API key.');
    }
    await this.database.transaction(async (manager) => {
      // Two processes may start at once; the first one makes the user, the second one finds it.
      await manager.query('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
      if (await manager.existsBy(ApiKeyRow, { id })) return;
      const now = new Date();
      const known = await manager.findOneBy(UserRow, { name: firstUserName });
      const userId = known?.id ?? newId();
      if (!known) await manager.insert(UserRow, { id: userId, name: firstUserName, createdAt: now });
      await manager.insert(ApiKeyRow, {
        id,
        userId,
        name: 'first key',
        hash: hashApiKey(key),
        createdAt: now,
        revokedAt: null,
      });
    });
  }
}
