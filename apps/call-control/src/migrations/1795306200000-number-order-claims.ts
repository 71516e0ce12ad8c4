import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A claim on an order has an id: one that was taken over can be told from the one that took over. */
export class NumberOrderClaims1795306200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE number_orders ADD claim_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE number_orders DROP claim_id');
  }
}
