import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases become orders: numbers are also linked, and bought for pools. */
export class NumberOrders1795306100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE number_purchases RENAME TO number_orders');
    await runner.query(`ALTER TABLE number_orders
      ADD kind text NOT NULL DEFAULT 'buy',
      ADD fingerprint text,
      ADD connection_id uuid,
      ADD agent_id uuid,
      ADD outbound_only boolean NOT NULL DEFAULT false,
      ADD done_at timestamptz`);
    await runner.query('ALTER TABLE number_orders ALTER kind DROP DEFAULT');
    await runner.query('CREATE INDEX number_orders_created_at ON number_orders (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX number_orders_created_at');
    await runner.query(`ALTER TABLE number_orders DROP kind, DROP fingerprint, DROP connection_id, DROP agent_id,
      DROP outbound_only, DROP done_at`);
    await runner.query('ALTER TABLE number_orders RENAME TO number_purchases');
  }
}
