import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row an endpoint with deliveries to make; see `claim.sql.ts`. */
export class Queues1795219400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE queues (
        user_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, endpoint_id)
      ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)`,
      'CREATE INDEX queues_due ON queues (due_at)',
      `CREATE INDEX deliveries_queue ON deliveries (user_id, endpoint_id, next_attempt_at, id)
        WHERE state = 'pending'`,
      `CREATE INDEX deliveries_under_way ON deliveries (user_id, endpoint_id, lease_until)
        WHERE lease_until IS NOT NULL`,
      'DROP INDEX deliveries_due',
      'DROP INDEX deliveries_leased',
      `INSERT INTO queues SELECT DISTINCT user_id, endpoint_id, now() FROM deliveries WHERE state = 'pending'`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'pending'`,
      'CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE lease_until IS NOT NULL',
      'DROP INDEX deliveries_under_way',
      'DROP INDEX deliveries_queue',
      'DROP TABLE queues',
    ];
    for (const statement of statements) await runner.query(statement);
  }
}
