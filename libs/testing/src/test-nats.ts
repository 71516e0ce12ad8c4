import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { endWithThisProcess } from './end-with-this-process';
import { eventually } from './eventually';

/** A nats-server with JetStream, of one spec file alone: streams and subjects have fixed names, so files cannot share. */
export interface TestNats {
  readonly url: string;
  /** Ends it as a crash does (SIGKILL); its streams stay on disk. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same streams. */
  start(): Promise<void>;
  /** Ends it and deletes its streams. */
  close(): Promise<void>;
}

export interface TestNatsLogin {
  readonly user: string;
  readonly password: string;
}

/**
 * Starts a nats-server on a free port. Its program is TEST_NATS_BIN, else the one on PATH, else the one in the
 * checkout's cache. With `login` it lets nobody else in.
 */
export async function testNats(login?: TestNatsLogin): Promise<TestNats> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-nats-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    const loginFlags = login ? ['--user', login.user, '--pass', login.password] : [];
    const flags = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir, ...loginFlags];
    child = spawn(findNatsServer(), flags, { stdio: 'ignore' });
    endWithThisProcess(child);
    await eventually(() => greeting(port), { timeoutMs: 10_000 });
  };
  const close = async (): Promise<void> => {
    await kill();
    rmSync(dir, { recursive: true, force: true });
  };

  await start();
  const who = login ? `${login.user}:${encodeURIComponent(login.password)}@` : '';
  return { url: `nats://${who}127.0.0.1:${port}`, kill, start, close };
}

function findNatsServer(): string {
  const cache = join(__dirname, '..', '..', '..', '.cache');
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  const candidates = [
    process.env['TEST_NATS_BIN'],
    ...folders.filter(Boolean).map((folder) => join(folder, 'nats-server')),
    join(cache, 'nats', 'usr', 'sbin', 'nats-server'),
    join(cache, 'nats-release', 'nats-server'),
  ];
  const found = candidates.find((path) => path !== undefined && isExecutable(path));
  if (found) return found;
  throw new Error('No nats-server on PATH: install it, or name its program in TEST_NATS_BIN.');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once a server on `port` says the `INFO` with which NATS greets. */
function greeting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy(new Error('no greeting')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString().startsWith('INFO ')) resolve();
      else reject(new Error('not a NATS server'));
    });
  });
}
