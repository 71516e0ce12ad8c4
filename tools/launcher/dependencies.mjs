import { statSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { run } from '../backing/processes.mjs';

/** The versions of package.json's `engines`; before `npm ci` nothing else checks them. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > 20 ? major < 25 : major === 20 && minor >= 11) return;
  throw new Error(
    `Node.js 20.11 or newer, below 25, is needed; this is ${version}. See https://nodejs.org/en/download`,
  );
}

const modifiedMs = (path) => {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
};

/** Whether node_modules is missing, unfinished, or older than the lockfile. */
export function areDependenciesStale(dir = checkoutDir) {
  // npm writes this file last.
  const installed = modifiedMs(join(dir, 'node_modules', '.package-lock.json'));
  return installed === undefined || installed < (modifiedMs(join(dir, 'package-lock.json')) ?? 0);
}

export const installDependencies = () =>
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: checkoutDir, timeoutMs: 900_000 });
