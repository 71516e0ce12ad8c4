import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { CannotRotate, deploymentEnvironment, launchedSystem } from './secrets-deployment.mjs';
import { keyNames, newKeyEntry } from './secrets-keys.mjs';

export const secretsUsage = `secrets new-key             print a new entry for SECRETS_KEYS; README.md says in which steps it gets to the front
secrets new-key --install   put one in front of the keys in the data folder
secrets rotate              put every stored secret under the first key
secrets rotate --check      only count what is still under another key (exit code 1 if anything is)
secrets drop-old-keys       keep only the first key in the data folder, once nothing is under another
                            (--force: also when some secrets cannot be opened any more)`;

/** Runs `secrets …`. Resolves the exit code. */
export async function secrets(args, parts = {}) {
  const { print = console.log, complain = console.error, ...rest } = parts;
  const command = Object.hasOwn(commands, args[0] ?? '') ? commands[args[0]] : undefined;
  const strange = args.slice(1).filter((flag) => !command?.flags.includes(flag));
  if (command === undefined || strange.length > 0) {
    complain(secretsUsage);
    return 2;
  }
  try {
    return await command.run({ flags: args.slice(1), print, complain, runEntry: startEntry, ...rest });
  } catch (error) {
    if (!(error instanceof CannotRotate)) throw error;
    complain(error.message);
    return 1;
  }
}

const commands = {
  'new-key': { flags: ['--install'], run: newKey },
  rotate: { flags: ['--check'], run: rotate },
  'drop-old-keys': { flags: ['--force'], run: dropOldKeys },
};

function newKey({ flags, print, ambient, launched = launchedSystem }) {
  const entry = newKeyEntry();
  if (!flags.includes('--install')) {
    print(entry);
    return 0;
  }
  const { kept, keys } = keptKeys(launched(ambient));
  kept.write(`${entry},${keys}`);
  print(
    `The key ${keyNames(entry)[0]} is in front of the others in ${kept.file}. Restart the system, then rotate.`,
  );
  return 0;
}

/** Both services hold secrets of their own; one failing keeps the other from nothing. */
async function rotate({ flags, ambient, launched, runEntry }) {
  const environment = deploymentEnvironment(ambient, launched && (() => launched(ambient)));
  let exitCode = 0;
  for (const app of ['config', 'call-control']) {
    const code = await runEntry(app, flags, environment);
    if (code !== 0) exitCode = 1;
  }
  return exitCode;
}

async function dropOldKeys(options) {
  const { flags, print, ambient, launched = launchedSystem } = options;
  const { kept, keys } = keptKeys(launched(ambient));
  const [first, ...old] = keys.split(',');
  if (old.length === 0) {
    print(`There is only one key in ${kept.file}: nothing to drop.`);
    return 0;
  }
  const code = await rotate({ ...options, flags: ['--check'] });
  if (code !== 0 && !flags.includes('--force')) {
    throw new CannotRotate('Not all secrets are under the first key: nothing was dropped. Rotate first.');
  }
  kept.write(first);
  print(
    `${old.length} old ${old.length === 1 ? 'key' : 'keys'} dropped from ${kept.file}. Restart the system.`,
  );
  return 0;
}

function keptKeys(system) {
  if (system.isNamedInEnv) throw new CannotRotate('SECRETS_KEYS is set in .env: change it there, by hand.');
  if (system.keys === undefined)
    throw new CannotRotate(`There are no keys in ${system.dataDir}: start the system once.`);
  return system;
}

/** Runs a service's own program to its end, its output on ours. Resolves its exit code. */
function startEntry(app, args, environment) {
  const file = join(checkoutDir, 'dist', 'apps', app, 'src', 'reseal.js');
  if (!existsSync(file)) throw new CannotRotate('Nothing is built here: npm run build');
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, [file, ...args], { env, cwd: checkoutDir, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
