import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { cacheDir, checkoutDir } from '../../tools/backing/paths.mjs';
import { tokensOf, replyTo } from './airline-script.mjs';
import { Crowd } from './crowd.mjs';
import { stopAll } from './systems.mjs';
import { VendorProcess } from './vendor-process.mjs';
import { ideal } from './vendors/delays.mjs';

/** `--name=value` of the command line, or `fallback`; a bare `--name` is true. */
export function option(name, fallback) {
  const given = process.argv.find((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  if (given === undefined) return fallback;
  return given.includes('=') ? given.slice(given.indexOf('=') + 1) : true;
}

export const isQuick = option('quick', false) === true;
export const transcriber = option('transcriber', 'flux');
/** The build that is measured. */
export const dist = option('dist', join(checkoutDir, 'dist'));

/** Says on what and with what it is measured. */
export function printSetup(what) {
  const version = (command, ...args) =>
    execFileSync(command, args, { encoding: 'utf8', cwd: checkoutDir }).trim();
  const commit = version('git', 'log', '-1', '--format=%h %s');
  const lines = {
    machine: `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, ${Math.round(totalmem() / 2 ** 30)} GB; callers, vendors and what is measured share them`,
    versions: `Node ${process.version}, ${process.platform}; Parley ${commit}`,
    transcriber: `${transcriber === 'flux' ? 'Deepgram Flux (v2/listen)' : 'Deepgram v1/listen'}: words each ${ideal.interimEveryMs} ms, end of turn ${ideal.endMs} ms after the last sound${transcriber === 'flux' ? `, the eager one ${ideal.endMs - ideal.eagerMs} ms earlier` : ''}`,
    model: `first token after ${ideal.firstTokenMs} ms, then ${ideal.tokensPerSecond} a second; replies of ${tokensOf(replyTo('', 'Zabadaga')).length} tokens in 3 sentences`,
    voice: `first byte after ${ideal.firstByteMs} ms, then 20 times as fast as it is spoken`,
    measured: what,
  };
  for (const [name, text] of Object.entries(lines)) console.log(`${name.padEnd(12)} ${text}`);
  console.log();
  return lines;
}

/** Starts the vendors, hands them to `work`, and clears up whatever comes. `work` returns what is kept as raw data. */
export async function withVendors(name, work) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const vendors = new VendorProcess();
  const clearUp = async () => {
    await stopAll();
    vendors.close();
    rmSync(dir, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void clearUp().then(() => process.exit(130)));
  try {
    const raw = await work({ dir, vendors });
    mkdirSync(cacheDir, { recursive: true });
    const file = join(cacheDir, `bench-${name}.json`);
    writeFileSync(file, JSON.stringify(raw));
    console.log(`\nRaw data: ${file}`);
  } finally {
    await clearUp();
  }
}

/**
 * A few short calls first: code that runs for the first time is slow in every system. Gives the journal's lines about
 * speech: what a system keeps of it may be heard again later.
 */
export async function warmUp(system, vendors, calls = 3) {
  await vendors.run({ script: 'short' });
  const crowd = new Crowd(system, { script: 'short', turnsMost: 1 });
  await crowd.dial(calls, 500);
  await crowd.done(60_000);
  return speechOf(await vendors.collect());
}

export const speechOf = ({ lines }) => lines.filter(({ kind }) => kind === 'speech');
