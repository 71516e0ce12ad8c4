import { AppError } from '@parley/kernel';
import type { DataSource, QueryRunner } from 'typeorm';

export interface MigrateOptions {
  /** How long to wait for another process that migrates the same schema. 60,000 by default. */
  readonly lockTimeoutMs?: number;
}

/**
 * Brings the data source's schema up to date: creates it if it is missing, runs what migrations have not run. Of several
 * starters one does the work and the others wait for it. Leaves the data source initialised or not, as it was.
 * @returns the names of the migrations that ran.
 * @throws TIMEOUT `MIGRATE.LOCKED` when another process holds the lock too long.
 */
export async function migrate(dataSource: DataSource, options: MigrateOptions = {}): Promise<string[]> {
  const wasInitialized = dataSource.isInitialized;
  if (!wasInitialized) await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await takeLock(lock, schemaOf(dataSource), options.lockTimeoutMs ?? 60_000);
      await lock.query(`CREATE SCHEMA IF NOT EXISTS "${schemaOf(dataSource)}"`);
      const ran = await dataSource.runMigrations({ transaction: 'each' });
      await lock.query('SELECT pg_advisory_unlock_all()');
      return ran.map((migration) => migration.name);
    } finally {
      await lock.release();
    }
  } finally {
    if (!wasInitialized) await dataSource.destroy();
  }
}

function schemaOf(dataSource: DataSource): string {
  const { schema } = dataSource.options as { schema?: string };
  if (schema) return schema;
  throw new TypeError('The data source has no schema; make it with createDataSource.');
}

/** Polls, because a statement that waits for a lock is cut by the pool's statement timeout. */
async function takeLock(runner: QueryRunner, schema: string, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await tryLock(runner, schema))) {
    if (performance.now() > deadlineMs) {
      throw new AppError('timeout', 'MIGRATE.LOCKED', `Another process is migrating schema ${schema}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function tryLock(runner: QueryRunner, schema: string): Promise<boolean> {
  const rows = await runner.manager.query<{ locked: boolean }[]>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [`parley.migrate.${schema}`],
  );
  return rows[0]?.locked ?? false;
}
