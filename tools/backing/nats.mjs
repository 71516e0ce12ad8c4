import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { downloadNats } from './nats-release.mjs';
import { cacheDir } from './paths.mjs';
import { freePort, greeting } from './ports.mjs';
import { isExecutableFile, onPath, startDetached, stopChild, tailOfFile, until } from './processes.mjs';

const howToInstall = `NATS (nats-server) is needed and could not be had. Any one of these helps:
  Debian, Ubuntu:  sudo apt-get install nats-server
  macOS:           brew install nats-server
  Docker:          docker run -d -p 127.0.0.1:4222:4222 nats:2.10 -js
                   and in .env: NATS_URL=nats://127.0.0.1:4222
  One elsewhere:   in .env: NATS_SERVER_BIN=/path/to/nats-server`;

/**
 * Where a nats-server lies that can be run: {path, origin}. Tries `settings.NATS_SERVER_BIN`, PATH, the cache,
 * Debian's package (unpacked into the cache) and the pinned official release, in this order.
 * @throws Error that says what to install when none of these works.
 */
export async function findNats({ settings = {}, onNotice = () => {} } = {}) {
  if (settings.NATS_SERVER_BIN) {
    if (isExecutableFile(settings.NATS_SERVER_BIN))
      return { path: settings.NATS_SERVER_BIN, origin: 'NATS_SERVER_BIN' };
    throw new Error(`NATS_SERVER_BIN names ${settings.NATS_SERVER_BIN}, which is not a program`);
  }
  const found = onPath('nats-server', process.env.PATH, ['/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin']);
  if (found) return { path: found, origin: found };
  const unpacked = join(cacheDir, 'nats', 'usr', 'sbin', 'nats-server');
  const released = join(cacheDir, 'nats-release', 'nats-server');
  for (const path of [unpacked, released]) if (isExecutableFile(path)) return { path, origin: 'cache' };

  const problems = [];
  const attempt = async (what, get) => {
    try {
      return await get();
    } catch (error) {
      problems.push(`\n(${what}: ${error.message})`);
      return undefined;
    }
  };
  onNotice('nats-server is not installed: fetching it');
  await attempt('Debian package', () => unpackDebianPackages('nats', ['nats-server']));
  if (isExecutableFile(unpacked))
    return { path: unpacked, origin: 'Debian package, unpacked into the cache' };
  const baseUrl = settings.NATS_DOWNLOAD_URL || undefined;
  await attempt('official release', () =>
    downloadNats({ targetFile: released, ...(baseUrl && { baseUrl }) }),
  );
  if (isExecutableFile(released)) return { path: released, origin: 'official release, in the cache' };
  throw new Error(howToInstall + problems.join(''));
}

/**
 * Starts a nats-server of our own on loopback with JetStream, its state in `dataDir`, and waits until it answers.
 * Resolves {url, pid, port, origin, child, exited, close()}.
 */
export async function startNats({ dataDir, password, logFile, port, settings, onNotice }) {
  const { path, origin } = await findNats({ settings, onNotice });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const chosenPort = port ?? (await freePort());
  const configFile = join(dataDir, 'nats.conf');
  const quote = (value) => JSON.stringify(value);
  const config = [
    `listen: "127.0.0.1:${chosenPort}"`,
    `authorization { user: "parley", password: ${quote(password)} }`,
    `jetstream { store_dir: ${quote(join(dataDir, 'jetstream'))} }`,
    'max_payload: 4MB',
  ];
  if (!existsSync(configFile) || readFileSync(configFile, 'utf8') !== config.join('\n')) {
    writeFileSync(configFile, config.join('\n'), { mode: 0o600 });
  }
  const server = startDetached(path, ['-c', configFile], {
    logFile,
    cwd: dataDir,
    env: { PATH: process.env.PATH },
  });
  const ended = server.exited.then(() => 'ended');
  const ready = until(async () => (await greeting(chosenPort))?.startsWith('INFO '), { deadlineMs: 20_000 });
  if ((await Promise.race([ended, ready])) !== true) {
    await stopChild(server);
    throw new Error(`${path} did not start:\n${tailOfFile(logFile)}`);
  }
  return {
    url: `nats://parley:${encodeURIComponent(password)}@127.0.0.1:${chosenPort}`,
    ...{ ...server, pid: server.child.pid, port: chosenPort, origin },
    close: () => stopChild(server, { deadlineMs: 10_000 }),
  };
}
