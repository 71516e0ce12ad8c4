/** The entry of `npm start`. Plain Node: it runs before anything is installed. */
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { parseArguments, usage } from './arguments.mjs';
import { emptyDataFolder, openDataFolder, readSecrets } from './data-folder.mjs';
import { areDependenciesStale, checkNodeVersion, installDependencies } from './dependencies.mjs';
import { readEnvFile } from './env-file.mjs';
import { createProgress } from './progress.mjs';
import { readRunFile, runningLauncher, stopLeftovers } from './run-file.mjs';
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
  if (problems.length > 0)
    throw new UserError(
      `The settings in .env cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  if (options.once && plan.carrier !== 'sandbox') {
    throw new UserError('--once stays on the sandbox, but .env names a carrier (TWILIO_…)');
  }
  for (const notice of plan.notices) progress.notice(notice);
  return plan;
}

async function openFolder(plan, options) {
  const folder = orUserError(() => openDataFolder(dataDirOf(plan.settings)));
  const earlier = readRunFile(folder.dir);
  const other = runningLauncher(earlier);
  if (other !== undefined)
    throw new UserError(
      `Parley already runs with ${folder.dir} (process ${other}, ${earlier.url ?? 'starting'})`,
    );
  const left = await stopLeftovers(earlier);
  if (left.length > 0) progress.notice(`stopped what an earlier run left behind: ${left.join(', ')}`);
  if (options.fresh) {
    emptyDataFolder(folder);
    progress.notice(`emptied ${folder.dir}`);
  }
  return folder;
}

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

async function main() {
  const options = orUserError(() => parseArguments(process.argv.slice(2)));
  if (options.help) return void progress.line(usage);
  orUserError(() => checkNodeVersion());
  const plan = readPlan(options);
  if (areDependenciesStale()) await progress.step('install dependencies (npm ci)', installDependencies);
  const folder = await openFolder(plan, options);
  const system = new System({ plan, folder, secrets: readSecrets(folder), progress });
  const stopped = handleSignals(system);
  try {
    await system.start();
    progress.line(summary(system));
    process.exitCode = await Promise.race([demonstrate(system, options), stopped.then(() => 130)]);
    if (!options.once && !system.abort.signal.aborted) {
      progress.line('\nRunning. Ctrl-C stops everything.');
      await stopped;
    }
    if (!options.once) process.exitCode = 0;
  } catch (error) {
    if (!system.abort.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await system.close();
    progress.line('stopped');
  }
}

try {
  await main();
  process.exit();
} catch (error) {
  process.stderr.write(
    `\n${error instanceof UserError || !process.env.DEBUG ? error.message : error.stack}\n`,
  );
  process.exit(1);
}
