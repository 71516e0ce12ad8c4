import { createDataSource, schemaName } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { First1795219300000 } from './migrations/1795219300000-first';
import { Queues1795219400000 } from './migrations/1795219400000-queues';
import { Metadata1795305900000 } from './migrations/1795305900000-metadata';

/** webhooks' part of the database: the schema `<prefix>webhooks`. */
export function webhooksDatabase(settings: { DATABASE_URL: string; SCHEMA_PREFIX: string }): DataSource {
  return createDataSource({
    url: settings.DATABASE_URL,
    schema: schemaName(settings.SCHEMA_PREFIX, 'webhooks'),
    entities: [],
    migrations: [First1795219300000, Queues1795219400000, Metadata1795305900000],
  });
}

/** The tables that are partitioned by the month in their ids. */
export const partitionedTables = ['events', 'deliveries', 'attempts'] as const;
