import { AppError } from '@parley/kernel';
import type { EntityManager } from 'typeorm';

/** SQL for a migration that gives a schema its `commands` table. */
export const commandsTable = {
  up: [
    `CREATE TABLE commands (
      user_id uuid NOT NULL,
      command_id text NOT NULL,
      name text NOT NULL,
      result jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, command_id)
    )`,
    'CREATE INDEX commands_created_at ON commands (created_at)',
  ],
  down: ['DROP TABLE commands'],
} as const;

/** SQL for a migration that lets a schema's `commands` remember what each was asked for; see `RunOnceOptions`. */
export const commandsFingerprint = {
  up: ['ALTER TABLE commands ADD COLUMN fingerprint text'],
  down: ['ALTER TABLE commands DROP COLUMN fingerprint'],
} as const;

export interface RunOnceOptions {
  /** What the command does, e.g. its subject. The same id under another name is refused, not answered. */
  readonly name?: string;
  /**
   * What was asked for, as a digest: the same id with another one is refused. Without one, and for a command that was
   * recorded without one, the id alone counts.
   */
  readonly fingerprint?: string | null;
}

/**
 * Runs a command once. `work` and the record of its result commit together: in the caller's transaction if `manager`
 * has one, else in one of its own. A repeat of (`userId`, `commandId`) does nothing and gets the same result, as JSON
 * kept it. A `work` that throws leaves no record, so a repeat runs it again; effects outside the database therefore
 * belong after the commit.
 * @throws CONFLICT `COMMAND.IN_FLIGHT` while another process runs the same command; CONFLICT `COMMAND.REUSED` when the
 * id belongs to a command of another name, `COMMAND.OTHER_BODY` when it belongs to one of another fingerprint.
 */
export async function runOnce<T>(
  manager: EntityManager,
  userId: string,
  commandId: string,
  work: (manager: EntityManager) => Promise<T>,
  options: RunOnceOptions = {},
): Promise<T> {
  // Looked for before the lock too: two late repeats must not refuse each other.
  const early = await findResult(manager, userId, commandId, options);
  if (early) return early.result as T;
  return manager.transaction(async (transaction) => {
    if (!(await tryLock(transaction, userId, commandId))) {
      throw new AppError('conflict', 'COMMAND.IN_FLIGHT', 'The same command is being carried out.');
    }
    const stored = await findResult(transaction, userId, commandId, options);
    if (stored) return stored.result as T;
    const json = JSON.stringify((await work(transaction)) ?? null);
    await transaction.query(
      `INSERT INTO commands (user_id, command_id, name, fingerprint, result) VALUES ($1, $2, $3, $4, $5::jsonb)`,
      [userId, commandId, options.name ?? '', options.fingerprint ?? null, json],
    );
    return JSON.parse(json) as T;
  });
}

/** Forgets commands older than `olderThanMs`, at most `limit`; gives how many. A later repeat of one runs again. */
export async function pruneCommands(
  manager: EntityManager,
  olderThanMs: number,
  limit = 5_000,
): Promise<number> {
  const [, count] = await manager.query<[unknown, number]>(
    `DELETE FROM commands WHERE (user_id, command_id) IN (
       SELECT user_id, command_id FROM commands
       WHERE created_at < now() - make_interval(secs => $1) ORDER BY created_at LIMIT $2)`,
    [olderThanMs / 1_000, limit],
  );
  return count;
}

/**
 * The result of a command that has run; undefined when it has not, or not yet. For a caller that has to know before it
 * prepares what `runOnce` will do.
 * @throws CONFLICT `COMMAND.REUSED`, `COMMAND.OTHER_BODY`, as `runOnce`.
 */
export async function findResult(
  manager: EntityManager,
  userId: string,
  commandId: string,
  { name = '', fingerprint = null }: RunOnceOptions,
): Promise<{ result: unknown } | undefined> {
  const rows = await manager.query<{ name: string; fingerprint: string | null; result: unknown }[]>(
    'SELECT name, fingerprint, result FROM commands WHERE user_id = $1 AND command_id = $2',
    [userId, commandId],
  );
  const row = rows[0];
  if (!row) return undefined;
  if (row.name !== name) {
    throw new AppError(
      'conflict',
      'COMMAND.REUSED',
      'This Idempotency-Key was used for another kind of request.',
      {
        details: { commandId },
      },
    );
  }
  if (row.fingerprint !== null && fingerprint !== null && row.fingerprint !== fingerprint) {
    throw new AppError('conflict', 'COMMAND.OTHER_BODY', 'This Idempotency-Key was used with another body.', {
      details: { commandId },
    });
  }
  return { result: row.result };
}

/** Held until the transaction ends, that is until its result can be seen; freed by Postgres if the process dies. */
async function tryLock(manager: EntityManager, userId: string, commandId: string): Promise<boolean> {
  const rows = await manager.query<{ locked: boolean }[]>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.' || $1 || '.' || $2, 1)) AS locked`,
    [userId, commandId],
  );
  return rows[0]?.locked ?? false;
}
