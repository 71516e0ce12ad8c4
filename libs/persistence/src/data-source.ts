import 'reflect-metadata';
import { AppError } from '@parley/kernel';
import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';

export interface DataSourceSettings {
  readonly url: string;
  /** The schema that holds all of the service's tables, its migrations' too; see `schemaName`. */
  readonly schema: string;
  /**
   * Row classes. They name no schema, and every column names its `type`, so that neither depends on how it was compiled.
   */
  readonly entities: readonly (new () => object)[];
  /** Migration classes, oldest first. TypeORM orders them by the 13 digits (epoch ms) that end each class name. */
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** Shown in `pg_stat_activity`; the schema by default. */
  readonly applicationName?: string;
  /** Connections at most; at least 2. 10 by default. */
  readonly poolSize?: number;
  /** No statement runs longer. 10,000 by default. */
  readonly statementTimeoutMs?: number;
}

const safeName = /^[a-z_][a-z0-9_]{0,50}$/;

/**
 * The schema of a service: the installation's prefix, then the service's own name.
 * @throws INVALID `SCHEMA.BAD_NAME` unless the whole is lower case letters, digits and underscores, at most 51.
 */
export function schemaName(prefix: string, name: string): string {
  const schema = `${prefix}${name}`;
  if (safeName.test(schema)) return schema;
  throw new AppError('invalid', 'SCHEMA.BAD_NAME', `"${schema}" cannot be the name of a schema.`);
}

/**
 * A data source, not yet initialised, whose every connection works in `schema`: entities and raw SQL alike name tables
 * without it. Nothing is synchronised and no extension installed; tables come from `migrate`.
 */
export function createDataSource(settings: DataSourceSettings): DataSource {
  const schema = schemaName('', settings.schema);
  return new DataSource({
    type: 'postgres',
    url: settings.url,
    schema,
    entities: [...settings.entities],
    migrations: [...settings.migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    logging: false,
    applicationName: settings.applicationName ?? schema,
    poolSize: Math.max(2, settings.poolSize ?? 10),
    connectTimeoutMS: 5_000,
    extra: {
      options: `-c search_path=${schema}`,
      statement_timeout: settings.statementTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  });
}
