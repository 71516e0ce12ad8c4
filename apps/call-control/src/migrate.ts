import { databaseSettings, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { callsDatabase } from './database';

/** Brings the schema up to date and exits; run before the service starts. */
async function main(): Promise<void> {
  const ran = await migrate(callsDatabase(loadSettings(databaseSettings, process.env)));
  process.stdout.write(`call-control: ${ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`call-control: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
