import { databaseSettings, keyListSetting, loadSettings } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import { migrate } from './migrate';
import { reseal } from './reseal';
import type { SealedColumn } from './sealed-columns';

/** A service as its programs name it, and its database, not yet initialised. */
export interface ServiceDatabase {
  readonly service: string;
  readonly databaseOf: (settings: { DATABASE_URL: string; SCHEMA_PREFIX: string }) => DataSource;
}

/** The program that brings a service's schema up to date and exits; run before the service starts. */
export function runMigrations({ service, databaseOf }: ServiceDatabase): void {
  run(service, async () => {
    const ran = await migrate(databaseOf(loadSettings(databaseSettings, process.env)));
    process.stdout.write(`${service}: ${ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`}\n`);
  });
}

const resealSettings = databaseSettings.extend({ SECRETS_KEYS: keyListSetting() });

/**
 * The program that puts every secret of `columns` under the first key of SECRETS_KEYS and exits, while the service runs;
 * with `--check` it only says what is still under another one. Exit code 1 when any is left.
 */
export function runReseal({
  service,
  databaseOf,
  columns,
}: ServiceDatabase & { readonly columns: readonly SealedColumn[] }): void {
  run(service, async () => {
    const { SECRETS_KEYS, ...at } = loadSettings(resealSettings, process.env);
    const database = await databaseOf(at).initialize();
    try {
      const { summary, isClean } = await reseal({
        service,
        database,
        columns,
        secrets: SecretBox.fromKeys(SECRETS_KEYS),
        check: process.argv.includes('--check'),
        note: (line) => process.stderr.write(`${line}\n`),
      });
      process.stdout.write(`${summary}\n`);
      if (!isClean) process.exitCode = 1;
    } finally {
      await database.destroy();
    }
  });
}

function run(service: string, program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    process.stderr.write(`${service}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
