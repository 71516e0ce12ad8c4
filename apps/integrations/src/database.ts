import { createDataSource, schemaName } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { First1795392000000 } from './migrations/1795392000000-first';
import { Knowledge1795392100000 } from './migrations/1795392100000-knowledge';

/** integrations' part of the database: the schema `<prefix>integrations`. */
export function integrationsDatabase(settings: { DATABASE_URL: string; SCHEMA_PREFIX: string }): DataSource {
  return createDataSource({
    url: settings.DATABASE_URL,
    schema: schemaName(settings.SCHEMA_PREFIX, 'integrations'),
    entities: [],
    migrations: [First1795392000000, Knowledge1795392100000],
  });
}
