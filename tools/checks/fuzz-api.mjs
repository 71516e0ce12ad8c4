/**
 * The entry of `npm run fuzz:api`: starts a whole system on the sandbox, with a port and a data folder of its own, and
 * sends it random requests. `--requests=<n>` (20,000), `--seed=<n>` (a new one), `--system=<data folder>`: one that runs.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { launchSystem } from './launched-system.mjs';

const option = (name, otherwise) =>
  process.argv.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;

const requests = option('requests', '20000');
const seed = option('seed', String(Math.floor(Math.random() * 2 ** 31)));
const runner = join(checkoutDir, 'libs/testing/src/run-typescript.cjs');
const program = join(checkoutDir, 'apps/e2e/src/fuzz/main.ts');

const running = option('system');
const system =
  running === undefined ? await launchSystem({ port: 18490 }) : { dataDir: running, stop: () => undefined };
const fuzzer = spawn(process.execPath, [runner, program, system.dataDir, requests, seed], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => fuzzer.kill('SIGTERM'));
const code = await new Promise((resolve) => fuzzer.once('exit', resolve));
await system.stop();
process.exit(code ?? 1);
