/** Runs a System with stub services, as a launcher of its own: for specs that kill it. Arguments: data folder. */
import { join } from 'node:path';
import { openDataFolder, readSecrets } from '../data-folder.mjs';
import { createProgress } from '../progress.mjs';
import { readRunFile, stopLeftovers } from '../run-file.mjs';
import { readSettings } from '../settings.mjs';
import { System } from '../system.mjs';

const dir = process.argv[2];
const folder = openDataFolder(dir);
process.stdout.write(`left: ${(await stopLeftovers(readRunFile(dir))).join(' ')}\n`);
const entry = join(import.meta.dirname, 'service.mjs');
const describe = ({ ports, databaseUrl, natsUrl }) =>
  ['config', 'gateway'].map((name) => ({
    name,
    args: [entry, dir],
    env: { PORT: String(ports[name]), DATABASE_URL: databaseUrl, NATS_URL: natsUrl },
    healthUrl: `http://127.0.0.1:${ports[name]}/readyz`,
  }));
const plan = readSettings({});
const system = new System({
  ...{ plan, folder, secrets: readSecrets(folder), progress: createProgress(), describe },
  build: () => undefined,
});
process.on('SIGTERM', async () => {
  await system.close();
  process.exit(0);
});
await system.start();
process.stdout.write(`up ${JSON.stringify(system.ports)}\n`);
setInterval(() => {}, 1_000);
