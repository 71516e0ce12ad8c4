import { AppError } from '@parley/kernel';
import type { OutboxMessage } from '@parley/messaging';
import type { EntityManager } from 'typeorm';

/**
 * SQL for a migration that gives a schema its `outbox` table.
 *
 * `position` is the order of insertion, not of commit: a slow transaction's rows appear below rows that are published
 * already. So the relay goes by `published_at IS NULL`, never by "position above the last one". Order holds where it is
 * needed: rows that are written under the same row lock (the call's) are committed before the next holder of that lock
 * inserts, hence whoever sees a later one sees the earlier ones.
 */
export const outboxTable = {
  up: [
    `CREATE TABLE outbox (
      id uuid PRIMARY KEY,
      subject text NOT NULL,
      payload jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      published_at timestamptz,
      position bigserial NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
    'CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL',
    'CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL',
  ],
  down: ['DROP TABLE outbox'],
} as const;

/**
 * Writes messages, in this order, that will be published if and only if the transaction of `manager` commits. After the
 * commit call the relay's `wake`.
 * @throws INTERNAL `OUTBOX.NO_TRANSACTION` outside of a transaction, where a message could exist without its cause.
 */
export async function writeOutbox(
  manager: EntityManager,
  ...messages: readonly OutboxMessage[]
): Promise<void> {
  if (!manager.queryRunner?.isTransactionActive) {
    throw new AppError('internal', 'OUTBOX.NO_TRANSACTION', 'The outbox is written in a transaction only.');
  }
  if (messages.length === 0) return;
  const rows = messages.map((_, index) => `($${index * 3 + 1}, $${index * 3 + 2}, $${index * 3 + 3}::jsonb)`);
  await manager.query(
    `INSERT INTO outbox (id, subject, payload) VALUES ${rows.join(', ')}`,
    messages.flatMap(({ id, subject, payload }) => [id, subject, JSON.stringify(payload ?? null)]),
  );
}
