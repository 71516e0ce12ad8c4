import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CallbacksByAge1795219400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX carrier_callbacks_received_at ON carrier_callbacks (received_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX carrier_callbacks_received_at');
  }
}
