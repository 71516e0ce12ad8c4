/** Runs a System with stub services, as a launcher of its own: for specs that kill it. Arguments: data folder, `fail`. */
import { join } from 'node:path';
import { openDataFolder, readSecrets } from '../data-folder.mjs';
import { createProgress } from '../progress.mjs';
import { readRunFile, stopLeftovers } from '../run-file.mjs';
import { readSettings } from '../settings.mjs';
import { System } from '../system.mjs';

const [dir, fail] = process.argv.slice(2);
const folder = openDataFolder(dir);
process.stdout.write(`left: ${(await stopLeftovers(readRunFile(dir))).join(' ')}\n`);
const entry = join(import.meta.dirname, 'service.mjs');
const describe = ({ ports, databaseUrl, natsUrl }) =>
  ['config', 'gateway'].map((name) => ({
    name,
    args: [entry, dir],
    env: {
      ...{ PORT: String(ports[name]), DATABASE_URL: databaseUrl, NATS_URL: natsUrl },
      ...(fail && name === 'gateway' && { FAIL_AT_START: 'yes' }),
    },
    healthUrl: `http://127.0.0.1:${ports[name]}/readyz`,
  }));
const system = new System({
  ...{ plan: readSettings({}), folder, secrets: readSecrets(folder), progress: createProgress(), describe },
  build: () => undefined,
});
process.on('SIGTERM', async () => {
  await system.close();
  process.exit(0);
});
try {
  await system.start();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await system.close();
  process.exit(1);
}
process.stdout.write(`up ${JSON.stringify(system.ports)}\n`);
setInterval(() => {}, 1_000);
