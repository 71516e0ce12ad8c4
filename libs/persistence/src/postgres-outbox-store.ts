import type { OutboxLeadership, OutboxMessage, OutboxStore } from '@parley/messaging';
import type { DataSource, QueryRunner } from 'typeorm';

/**
 * The outbox table of the data source's schema. Leadership is a session's advisory lock, and every read and mark goes
 * over the connection that holds it: a process that lost the connection has lost the lock, and can mark nothing.
 */
export class PostgresOutboxStore implements OutboxStore {
  constructor(private readonly dataSource: DataSource) {}

  async lead(): Promise<OutboxLeadership | undefined> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const rows = await runner.manager.query<{ locked: boolean }[]>(
        `SELECT pg_try_advisory_lock(hashtextextended('parley.outbox.' || current_schema(), 0)) AS locked`,
      );
      if (rows[0]?.locked) return new PostgresOutboxLeadership(runner);
    } catch (error) {
      await runner.release();
      throw error;
    }
    await runner.release();
    return undefined;
  }
}

class PostgresOutboxLeadership implements OutboxLeadership {
  constructor(private readonly runner: QueryRunner) {}

  async next(limit: number): Promise<OutboxMessage[]> {
    return await this.runner.manager.query<OutboxMessage[]>(
      'SELECT id, subject, payload FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT $1',
      [limit],
    );
  }

  async markPublished(ids: readonly string[]): Promise<void> {
    await this.runner.manager.query('UPDATE outbox SET published_at = now() WHERE id = ANY($1::uuid[])', [
      ids,
    ]);
  }

  async prune(olderThanMs: number, limit: number): Promise<number> {
    const [, count] = await this.runner.manager.query<[unknown, number]>(
      `DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE published_at < now() - make_interval(secs => $1) ORDER BY published_at LIMIT $2)`,
      [olderThanMs / 1_000, limit],
    );
    return count;
  }

  async release(): Promise<void> {
    if (this.runner.isReleased) return;
    try {
      await this.runner.manager.query('SELECT pg_advisory_unlock_all()');
    } finally {
      await this.runner.release();
    }
  }
}
