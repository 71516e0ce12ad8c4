import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutDir } from '../tools/backing/paths.mjs';
import { freePort } from '../tools/backing/ports.mjs';
import { openDataFolder, readSecrets } from '../tools/launcher/data-folder.mjs';
import { createProgress } from '../tools/launcher/progress.mjs';
import { describeServices } from '../tools/launcher/services.mjs';
import { readSettings } from '../tools/launcher/settings.mjs';
import { SupervisedService, waitUntilHealthy } from '../tools/launcher/supervisor.mjs';
import { System } from '../tools/launcher/system.mjs';

/** What a request for an agent or for a list of calls can pass through; nothing else runs. */
const measured = ['config', 'call-control', 'gateway'];
/** Requests are counted and their tokens leased, as in a deployment, but none is refused. */
const settings = {
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_KEY_PER_MINUTE: '100000000',
  RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '100000000',
};

/**
 * Starts Postgres, NATS, one of each of the services and the bare server on a fresh data folder, for as long as
 * `work(system)` takes. With `profileDir`, each of their processes leaves a CPU profile there.
 */
export async function withApiSystem(work, { profileDir } = {}) {
  const nodeArgs = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-api-'));
  const folder = openDataFolder(dir);
  const system = new System({
    ...{ plan: readSettings(settings), folder, secrets: readSecrets(folder), progress: createProgress() },
    describe: (parts) => describeMeasured(parts, nodeArgs),
  });
  let bare;
  const close = async () => {
    await bare?.service.stop();
    await system.close();
    rmSync(dir, { recursive: true, force: true });
  };
  const stop = () => void close().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  try {
    await system.start();
    bare = await startBareServer(system, nodeArgs);
    return await work(partsOf(system, bare));
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
    await close();
  }
}

/** The launcher's services, run as the images run them. */
const describeMeasured = (parts, nodeArgs) =>
  describeServices(parts)
    .filter(({ name }) => measured.includes(name))
    .map((service) => ({
      ...service,
      args: [...nodeArgs, ...service.args],
      env: { ...service.env, NODE_ENV: 'production' },
    }));

async function startBareServer(system, nodeArgs) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = system.services.find(({ name }) => name === 'config');
  const service = new SupervisedService({
    name: 'bare',
    args: [...nodeArgs, join(import.meta.dirname, 'api-bare-server.mjs')],
    env: { ...config.env, PORT: String(port) },
    ...{ cwd: checkoutDir, logFile: system.logFile('bare') },
    ...{ onStarted: () => undefined, onNotice: system.progress.line },
  });
  service.start();
  await waitUntilHealthy([{ name: 'bare', healthUrl: `${url}/readyz`, supervised: service }]);
  return { url, service };
}

/** What a benchmark needs of the running system. It asks the gateway itself, without the launcher's edge before it. */
function partsOf(system, bare) {
  const { apiKey, databaseUrl } = system.runFile.content;
  const child = (name) => system.services.find((service) => service.name === name).supervised.process.child;
  const server = (name) => system.backing.find((backing) => backing.name === name);
  return {
    ...{ apiKey, databaseUrl, bareUrl: bare.url, url: `http://127.0.0.1:${system.ports.gateway}` },
    /** Whose CPU time is counted, by name. Postgres has a process for each connection. */
    pids: () => ({
      gateway: [child('gateway').pid],
      config: [child('config').pid],
      NATS: [server('nats').pid],
      Postgres: withChildren(server('postgres').pid),
      bare: [bare.service.process.child.pid],
      load: [process.pid],
    }),
  };
}

function withChildren(pid) {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listing.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return [pid, ...pairs.filter(([, parent]) => parent === pid).map(([child]) => child)];
}
