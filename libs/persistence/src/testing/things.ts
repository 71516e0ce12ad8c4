import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { commandsFingerprint, commandsTable } from '../commands';
import { createDataSource } from '../data-source';
import { outboxTable } from '../outbox';
import { createMonthPartitionsSql } from '../partitions';

/** A tenant's row, for this library's own specs. */
@Entity({ name: 'things' })
export class ThingRow {
  @PrimaryColumn({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'int', default: 0 })
  size!: number;
}

export class CreateThings1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const things = `CREATE TABLE things (
      user_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, size int NOT NULL DEFAULT 0,
      PRIMARY KEY (user_id, id)
    ) PARTITION BY RANGE (id)`;
    const partitions = createMonthPartitionsSql('things', Date.now(), 1);
    for (const sql of [
      things,
      ...partitions,
      ...outboxTable.up,
      ...commandsTable.up,
      ...commandsFingerprint.up,
    ])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of ['DROP TABLE things', ...outboxTable.down, ...commandsTable.down])
      await runner.query(sql);
  }
}

/** A data source over those tables, in `schema`. */
export function thingsDataSource(url: string, schema = 'spec_things'): DataSource {
  return createDataSource({
    url,
    schema,
    entities: [ThingRow],
    migrations: [CreateThings1760000000000],
    poolSize: 30,
  });
}
