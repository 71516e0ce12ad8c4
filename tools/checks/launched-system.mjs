import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';

/**
 * Starts the whole system as a user does, with a data folder of its own, and waits until it runs. Requests are not
 * counted: tests send thousands from one address. Resolves {dataDir, stop}.
 */
export async function launchSystem({ port, timeoutMs = 150_000 }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-e2e-'));
  const launcher = spawn(process.execPath, [join(checkoutDir, 'tools/launcher/start.mjs'), '--no-demo'], {
    cwd: checkoutDir,
    env: {
      ...process.env,
      ...{ PARLEY_DATA_DIR: dataDir, PARLEY_PORT: String(port) },
      ...{ RATE_LIMIT_PER_KEY_PER_MINUTE: '0', RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0' },
      ...{ TRACE_DIR: join(dataDir, 'traces'), TRACE_CALLS: 'all', TRACE_WORDS: 'kept' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => launcher.once('exit', resolve));
  const stop = async () => {
    launcher.kill('SIGTERM');
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await untilRunning(launcher, exited, timeoutMs);
    return { dataDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function untilRunning(launcher, exited, timeoutMs) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}: ${output}`));
    const timer = setTimeout(() => fail('npm start takes too long'), timeoutMs);
    void exited.then(() => fail('npm start ended'));
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream.on('data', (data) => {
        output += data;
        if (!output.includes('Running.')) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
}
