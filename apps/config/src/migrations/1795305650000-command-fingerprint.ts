import { commandsFingerprint } from '@parley/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CommandFingerprint1795305650000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of commandsFingerprint.up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of commandsFingerprint.down) await runner.query(statement);
  }
}
