import {
  AccountConnection,
  accountConnection,
  AccountConnectionDraft,
  AccountConnectionPatch,
  ListRequest,
  maxSteeringPool,
  TwilioAccountConnection,
  twilioAccountConnection,
} from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { isUniqueViolation, TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { ListOf, listRows } from '../lists/list-rows';
import { definedFields } from '../resources/merge-patch';
import { AccountConnectionRow, ConnectionParams } from '../rows/account-connection.row';
import { NumberRow } from '../rows/number.row';

const sortable = { id: 'id', created_at: 'createdAt', type: 'type' };

/** The users' own accounts at Twilio and OpenAI. */
export class ConnectionStore {
  /** @throws {ACCOUNT_CONNECTION.EXISTS} when the user has one with this id. */
  async create(
    manager: EntityManager,
    userId: string,
    id: string,
    draft: AccountConnectionDraft,
  ): Promise<AccountConnection> {
    const now = new Date();
    const [params, steeringPool] = apart(draft);
    const row = { id, type: draft.type, params, steeringPool, version: 1, createdAt: now, updatedAt: now };
    await rows(manager)
      .insert(userId, row)
      .catch((cause: unknown) => {
        if (!isUniqueViolation(cause)) throw cause;
        const message = 'Account connection exists already. Please try again.';
        throw new AppError('conflict', 'ACCOUNT_CONNECTION.EXISTS', message, { cause });
      });
    return whole({ ...row, userId });
  }

  /** @throws {ACCOUNT_CONNECTION.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<AccountConnection> {
    return whole(await this.row(manager, userId, id, false));
  }

  /** @throws {ACCOUNT_CONNECTION.NOT_FOUND}, {ACCOUNT_CONNECTION.NOT_TWILIO} (`invalid`). */
  async getTwilio(
    manager: EntityManager,
    userId: string,
    id: string,
  ): Promise<{ connection: TwilioAccountConnection; version: number }> {
    const row = await this.row(manager, userId, id, false);
    return { connection: asTwilio(row), version: row.version };
  }

  /** @throws {LIST.UNKNOWN_COLUMN} */
  list(manager: EntityManager, request: ListRequest): Promise<ListOf<AccountConnection>> {
    return listRows(rows(manager), request, sortable, whole);
  }

  /**
   * @throws {ACCOUNT_CONNECTION.OTHER_TYPE} naming `type`; {ACCOUNT_CONNECTION.IN_USE} when another account is named
   * while the numbers of the present one are in use: they would be looked for where they are not.
   */
  async patch(
    manager: EntityManager,
    userId: string,
    id: string,
    patch: AccountConnectionPatch,
  ): Promise<AccountConnection> {
    const row = await this.row(manager, userId, id, true);
    if (patch.type !== row.type) throw otherType(row.type);
    if (!patch.credentials) return whole(row);
    const credentials = { ...row.params.credentials, ...definedFields<object>(patch.credentials) };
    if (accountSid(credentials) !== accountSid(row.params.credentials)) {
      await this.requireNoNumbers(manager, row);
    }
    row.params = { ...row.params, credentials } as ConnectionParams;
    return this.save(manager, row);
  }

  /** @throws {STEERING_POOL.HAS_NUMBER}, {STEERING_POOL.FULL} (both `conflict`). */
  async addToPool(
    manager: EntityManager,
    userId: string,
    id: string,
    number: string,
  ): Promise<TwilioAccountConnection> {
    const row = await this.row(manager, userId, id, true);
    asTwilio(row);
    if (row.steeringPool.includes(number)) {
      throw new AppError('conflict', 'STEERING_POOL.HAS_NUMBER', 'The number is in the pool already.');
    }
    if (row.steeringPool.length >= maxSteeringPool) {
      throw new AppError('conflict', 'STEERING_POOL.FULL', 'The pool is full.');
    }
    row.steeringPool = [...row.steeringPool, number];
    return twilioAccountConnection.parse(await this.save(manager, row));
  }

  /** @throws {STEERING_POOL.NO_SUCH_NUMBER} (`not_found`). */
  async removeFromPool(
    manager: EntityManager,
    userId: string,
    id: string,
    number: string,
  ): Promise<TwilioAccountConnection> {
    const row = await this.row(manager, userId, id, true);
    asTwilio(row);
    if (!row.steeringPool.includes(number)) {
      throw new AppError('not_found', 'STEERING_POOL.NO_SUCH_NUMBER', 'Phone number not found');
    }
    row.steeringPool = row.steeringPool.filter((pooled) => pooled !== number);
    return twilioAccountConnection.parse(await this.save(manager, row));
  }

  /** Takes a number that was given back to the carrier out of its account's pool, if it is in it. */
  async forget(manager: EntityManager, userId: string, id: string, number: string): Promise<void> {
    const row = await this.row(manager, userId, id, true);
    if (!row.steeringPool.includes(number)) return;
    row.steeringPool = row.steeringPool.filter((pooled) => pooled !== number);
    await this.save(manager, row);
  }

  private async requireNoNumbers(manager: EntityManager, row: AccountConnectionRow): Promise<void> {
    const telephonyAccountConnectionId = row.id;
    const numbers = new TenantRepository(manager, NumberRow);
    const used = await numbers.count(row.userId, { telephonyAccountConnectionId, active: true });
    if (used === 0 && row.steeringPool.length === 0) return;
    const message =
      'Numbers of this account are in use. Cancel them, or connect the other account beside it.';
    throw new AppError('conflict', 'ACCOUNT_CONNECTION.IN_USE', message);
  }

  private async save(manager: EntityManager, row: AccountConnectionRow): Promise<AccountConnection> {
    const { params, steeringPool } = row;
    const version = row.version + 1;
    await rows(manager).update(row.userId, row.id, { params, steeringPool, version, updatedAt: new Date() });
    return whole(row);
  }

  private async row(
    manager: EntityManager,
    userId: string,
    id: string,
    lock: boolean,
  ): Promise<AccountConnectionRow> {
    const row = lock ? await rows(manager).lock(userId, id) : await rows(manager).find(userId, id);
    if (row) return row;
    throw connectionNotFound(id);
  }
}

export function connectionNotFound(id: string): AppError {
  return new AppError('not_found', 'ACCOUNT_CONNECTION.NOT_FOUND', 'Account connection not found', {
    details: { id },
  });
}

/** As the contracts have it. */
function whole(
  row: Pick<AccountConnectionRow, 'id' | 'userId' | 'params' | 'steeringPool'>,
): AccountConnection {
  return accountConnection.parse({
    ...row.params,
    steering_pool: row.steeringPool,
    id: row.id,
    user_id: row.userId,
  });
}

function rows(manager: EntityManager): TenantRepository<AccountConnectionRow> {
  return new TenantRepository(manager, AccountConnectionRow);
}

function apart(draft: AccountConnectionDraft): [ConnectionParams, string[]] {
  if (draft.type === 'account_connection_openai') return [draft, []];
  const { steering_pool: pool, ...params } = draft;
  return [params, [...new Set(pool)]];
}

function asTwilio(row: AccountConnectionRow): TwilioAccountConnection {
  const connection = whole(row);
  if (connection.type === 'account_connection_twilio') return connection;
  const message = 'The account connection is not a Twilio account.';
  throw new AppError('invalid', 'ACCOUNT_CONNECTION.NOT_TWILIO', message);
}

function otherType(type: string): AppError {
  const message = `must be ${type}, the type that it was made with`;
  return new AppError('invalid', 'ACCOUNT_CONNECTION.OTHER_TYPE', `type ${message}.`, {
    issues: [{ path: ['body', 'type'], message, type: 'value_error' }],
  });
}

function accountSid(credentials: object): unknown {
  return 'twilio_account_sid' in credentials ? credentials.twilio_account_sid : undefined;
}
