/** The entry of `npm start`. Plain Node: it runs before anything is installed. */
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { parseArguments, usage } from './arguments.mjs';
import { emptyDataFolder, openDataFolder, readSecrets } from './data-folder.mjs';
import { areDependenciesStale, checkNodeVersion, installDependencies } from './dependencies.mjs';
import { beginRun } from './earlier-runs.mjs';
import { readEnvFile } from './env-file.mjs';
import { lockFolder } from './folder-lock.mjs';
import { createProgress } from './progress.mjs';
import { readRunFile, stopLeftovers } from './run-file.mjs';
import { dataDirOf, readSettings, withOverrides } from './settings.mjs';
import { summary } from './summary.mjs';
import { System } from './system.mjs';

const progress = createProgress();

class UserError extends Error {}
const orUserError = (work) => {
  try {
    return work();
  } catch (error) {
    throw new UserError(error.message, { cause: error });
  }
};

function readPlan(options) {
  const { values, problems: unreadable } = readEnvFile(join(checkoutDir, '.env'));
  const plan = readSettings(withOverrides(values), options);
  const problems = [...unreadable.map((line) => `.env: ${line}`), ...plan.problems];
  if (problems.length > 0) {
    const lines = [...problems, ...plan.notices].map((line) => `  ${line}`);
    throw new UserError(
      `These settings cannot be used:\n${lines.join('\n')}\nThey stand in .env; .env.example explains each.`,
    );
  }
  if (options.once && plan.carrier !== 'sandbox') {
    throw new UserError('--once stays on the sandbox, but .env names a carrier (TWILIO_…)');
  }
  for (const notice of plan.notices) progress.notice(notice);
  return plan;
}

/** Takes the data folder, stops what a killed run left of itself there, and makes it ready for a new one. */
async function openFolder(plan, options) {
  const folder = orUserError(() => openDataFolder(dataDirOf(plan.settings)));
  const { holder, release } = lockFolder(folder.dir);
  const earlier = readRunFile(folder.dir);
  if (holder !== undefined) throw new UserError(alreadyRuns(folder.dir, holder, earlier?.url));
  const left = await stopLeftovers(earlier);
  if (left.length > 0) progress.notice(`stopped what an earlier run left behind: ${left.join(', ')}`);
  if (options.fresh) {
    emptyDataFolder(folder);
    progress.notice(`emptied ${folder.dir}`);
  }
  beginRun(folder);
  return { ...folder, release };
}

const alreadyRuns = (dir, pid, url) =>
  `Parley already runs with the data folder ${dir} (process ${pid}, ${url ?? 'still starting'}).\n` +
  'Stop it with Ctrl-C where it runs, or start a second one beside it: PARLEY_DATA_DIR=.data/second npm start';

/** Ctrl-C or SIGTERM once: stop in order. Again: kill. */
function handleSignals(system) {
  let asked = false;
  return new Promise((resolve) => {
    const stop = () => {
      if (asked) {
        system.kill();
        process.exit(130);
      }
      asked = true;
      progress.line('\nstopping (again to kill) …');
      system.abort.abort(new Error('stopped'));
      resolve();
    };
    system.onFatal = stop;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  });
}

/** Resolves the exit code. */
async function demonstrate(system, options) {
  if (options.to !== undefined) {
    const { ringPhone } = await import('./demo/live.mjs');
    await ringPhone({ system, to: options.to, print: progress.line });
    return 0;
  }
  if (!options.demo) return 0;
  if (system.plan.carrier !== 'sandbox') {
    progress.line('The demonstration stays on the sandbox, and .env names a carrier: no call is placed.');
    return 0;
  }
  const { runDemonstration } = await import('./demo/demonstration.mjs');
  return (await runDemonstration({ system, print: progress.line })) ? 0 : 1;
}

/** Starts, demonstrates, waits, and stops again whatever happened. Resolves the exit code. */
async function runSystem(system, options) {
  const stopped = handleSignals(system);
  try {
    await system.start();
    progress.line(summary(system));
    const code = await Promise.race([demonstrate(system, options), stopped.then(() => 130)]);
    if (options.once) return code;
    if (!system.abort.signal.aborted) progress.line('\nRunning. Ctrl-C stops everything.');
    await stopped;
    return 0;
  } catch (error) {
    if (system.abort.signal.aborted) return 130;
    report(error);
    return 1;
  } finally {
    await system.close();
    progress.line('stopped');
  }
}

async function main() {
  const options = orUserError(() => parseArguments(process.argv.slice(2)));
  if (options.help) {
    progress.line(usage);
    return 0;
  }
  orUserError(() => checkNodeVersion());
  const plan = readPlan(options);
  const folder = await openFolder(plan, options);
  try {
    if (areDependenciesStale()) await progress.step('install dependencies (npm ci)', installDependencies);
    return await runSystem(new System({ plan, folder, secrets: readSecrets(folder), progress }), options);
  } finally {
    folder.release();
  }
}

function report(error) {
  const isPlain = error instanceof UserError || !process.env.DEBUG;
  process.stderr.write(`\n${isPlain ? error.message : error.stack}\n`);
}

try {
  process.exit(await main());
} catch (error) {
  report(error);
  process.exit(1);
}
