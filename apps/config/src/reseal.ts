import { databaseSettings, keyListSetting, loadSettings } from '@parley/observability';
import { reseal } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import { configDatabase } from './database';
import { sealedColumns } from './reseal-columns';

const settings = databaseSettings.extend({ SECRETS_KEYS: keyListSetting() });

/**
 * Puts every stored secret under the first key of SECRETS_KEYS and exits, while the service runs; with `--check` only
 * says what is still under another one. Exit code 1 when any is left.
 */
async function main(): Promise<void> {
  const { SECRETS_KEYS, ...at } = loadSettings(settings, process.env);
  const database = await configDatabase(at).initialize();
  try {
    const { summary, isClean } = await reseal({
      service: 'config',
      database,
      columns: sealedColumns,
      secrets: SecretBox.fromKeys(SECRETS_KEYS),
      check: process.argv.includes('--check'),
      note: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`${summary}\n`);
    if (!isClean) process.exitCode = 1;
  } finally {
    await database.destroy();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`config: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
