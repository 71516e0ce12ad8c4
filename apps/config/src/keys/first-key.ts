import { AppError, newId } from '@parley/kernel';
import { hashApiKey, isSameKeyHash, parseApiKey } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import { ApiKeyRow } from '../rows/api-key.row';
import { UserRow } from '../rows/user.row';
import { newRow } from './key.store';

const firstUserName = 'first user';

/**
 * Makes `key` a key of the deployment's first user, with all scopes, making that user if there is none. Run at every
 * start; a repeat changes nothing. One transaction: when the process dies in it, the next start does it.
 * @throws {KEY.MALFORMED} when `key` has not the form of a key; {KEY.OTHER} when its id is another key's; {KEY.REVOKED}.
 */
export async function ensureFirstKey(database: DataSource, key: string): Promise<void> {
  const id = parseApiKey(key)?.id;
  if (id === undefined) {
    throw new AppError('invalid', 'KEY.MALFORMED', 'BOOTSTRAP_API_KEY is not a Parley API key.');
  }
  const hash = hashApiKey(key);
  await database.transaction(async (manager) => {
    // Two processes may start at once; the first one makes the user, the second one finds it.
    await manager.query('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
    const stored = await manager.findOneBy(ApiKeyRow, { id });
    if (stored) {
      requireSame(stored, hash);
      return;
    }
    const known = await manager.findOneBy(UserRow, { name: firstUserName });
    const userId = known?.id ?? newId();
    if (!known) {
      await manager.insert(UserRow, {
        id: userId,
        name: firstUserName,
        createdAt: new Date(),
        planType: 'plan_unlimited',
        monthlyUsageLimitMinutes: null,
      });
    }
    await manager.insert(
      ApiKeyRow,
      newRow({
        id,
        userId,
        name: 'first key',
        hash,
        scopes: ['read', 'write', 'admin'],
        profile: 'latest',
      }),
    );
  });
}

function requireSame(stored: ApiKeyRow, hash: string): void {
  if (!isSameKeyHash(hash, stored.hash)) {
    throw new AppError(
      'conflict',
      'KEY.OTHER',
      'BOOTSTRAP_API_KEY is not the key that this database knows under its id: set it to the key of the first start, or to a new one.',
    );
  }
  if (stored.revokedAt !== null) {
    throw new AppError(
      'conflict',
      'KEY.REVOKED',
      'BOOTSTRAP_API_KEY was revoked: set it to a new key, or leave it out if another key of yours has the scope admin.',
    );
  }
}
