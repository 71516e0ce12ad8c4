import type { EntityManager } from 'typeorm';

/** One month of a table that is partitioned by the time inside its UUIDv7 ids. UTC. */
export interface MonthPartition {
  readonly name: string;
  /** First id of the month. */
  readonly fromId: string;
  /** First id of the next month. */
  readonly toId: string;
}

/** The smallest UUID that a UUIDv7 made at `atMs` (epoch) can have. Postgres orders UUIDs by their bytes. */
export function firstIdAt(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** `months` partitions of `table`, beginning with the month that `fromMs` (epoch) is in. */
export function monthPartitions(table: string, fromMs: number, months: number): MonthPartition[] {
  const from = new Date(fromMs);
  return Array.from({ length: months }, (_, index) => {
    const startMs = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + index);
    const endMs = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + index + 1);
    const name = `${table}_${new Date(startMs).toISOString().slice(0, 7).replace('-', '_')}`;
    return { name, fromId: firstIdAt(startMs), toId: firstIdAt(endMs) };
  });
}

/**
 * SQL that creates such partitions of a table declared `PARTITION BY RANGE (id)`; those that exist are left alone.
 * For migrations; a running service uses `ensurePartitions`.
 */
export function createMonthPartitionsSql(table: string, fromMs: number, months: number): string[] {
  return monthPartitions(table, fromMs, months).map((partition) => createPartitionSql(table, partition));
}

/**
 * Makes sure that `table` has its partitions for last month (what was begun there is still being written), this month
 * and `monthsAhead` more. Call at start and once a day. Rows that came before their month's partition, and which the
 * table's default partition took, if it has one, move into it.
 * @returns the names of those that were missing.
 */
export async function ensurePartitions(
  manager: EntityManager,
  table: string,
  monthsAhead: number,
  nowMs: number = Date.now(),
): Promise<string[]> {
  const now = new Date(nowMs);
  const lastMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1);
  const created: string[] = [];
  for (const partition of monthPartitions(table, lastMonthMs, monthsAhead + 2)) {
    // Asked first: creating one locks the whole table, if only for a moment.
    if (await exists(manager, partition.name)) continue;
    await manager.transaction(async (transaction) => {
      // Queueing for that lock behind a long transaction would hold up every other query.
      await transaction.query(`SET LOCAL lock_timeout = '2s'`);
      // IF NOT EXISTS is no protection against another process that makes the same one at the same moment.
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended($1 || current_schema(), 0))`, [
        'parley.partitions.',
      ]);
      await createPartition(transaction, table, partition);
    });
    created.push(partition.name);
  }
  return created;
}

function createPartitionSql(table: string, { name, fromId, toId }: MonthPartition): string {
  return `CREATE TABLE IF NOT EXISTS "${name}" PARTITION OF "${table}" FOR VALUES FROM ('${fromId}') TO ('${toId}')`;
}

/** What the table's default partition had taken in for want of this one moves into it. */
async function createPartition(
  manager: EntityManager,
  table: string,
  partition: MonthPartition,
): Promise<void> {
  const stray = await findStray(manager, table, partition);
  if (!stray) {
    await manager.query(createPartitionSql(table, partition));
    return;
  }
  const { name, fromId, toId } = partition;
  const range = `"${stray.column}" >= '${fromId}' AND "${stray.column}" < '${toId}'`;
  for (const statement of [
    `LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`,
    `CREATE TABLE "${name}" (LIKE "${table}" INCLUDING DEFAULTS)`,
    `WITH moved AS (DELETE FROM ${stray.table} WHERE ${range} RETURNING *) INSERT INTO "${name}" SELECT * FROM moved`,
    `ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES FROM ('${fromId}') TO ('${toId}')`,
  ]) {
    await manager.query(statement);
  }
}

/** The table's default partition and its key, if that partition holds rows that belong into this one. */
async function findStray(
  manager: EntityManager,
  table: string,
  { fromId, toId }: MonthPartition,
): Promise<{ table: string; column: string } | undefined> {
  const [found] = await manager.query<{ table: string; column: string }[]>(
    `SELECT partdefid::regclass::text AS "table", attname AS "column" FROM pg_partitioned_table
     JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
     WHERE partrelid = to_regclass(quote_ident($1)) AND partdefid <> 0`,
    [table],
  );
  if (!found) return undefined;
  const rows = await manager.query<unknown[]>(
    `SELECT 1 FROM ${found.table} WHERE "${found.column}" >= $1 AND "${found.column}" < $2 LIMIT 1`,
    [fromId, toId],
  );
  return rows.length > 0 ? found : undefined;
}

async function exists(manager: EntityManager, name: string): Promise<boolean> {
  const rows = await manager.query<{ found: boolean }[]>(
    `SELECT to_regclass(quote_ident($1)) IS NOT NULL AS found`,
    [name],
  );
  return rows[0]?.found ?? false;
}
