import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './paths.mjs';
import { onPath, run } from './processes.mjs';

// Root's apt would hand the download to the account _apt, which cannot write where we download to.
const asSelf = ['-o', 'APT::Sandbox::User=root'];

/**
 * Unpacks Debian packages into `.cache/<name>` without installing them, as any user, and resolves that folder;
 * undefined when this is no Debian or Ubuntu. Uses the system's package lists, or lists of its own where those do not
 * help. `withDependencies`: also what the packages need and this system lacks.
 * @throws Error with what apt said when the packages cannot be had.
 */
export async function unpackDebianPackages(name, packages, { withDependencies = false } = {}) {
  if (!['apt-get', 'dpkg'].every((tool) => onPath(tool))) return undefined;
  const targetDir = join(cacheDir, name);
  const downloadDir = mkdtempSync(join(tmpdir(), 'parley-apt-'));
  const unpackedDir = `${targetDir}.${process.pid}`;
  try {
    try {
      await download(asSelf, packages, withDependencies, downloadDir);
    } catch {
      await download([...asSelf, ...(await ownLists())], packages, withDependencies, downloadDir);
    }
    mkdirSync(unpackedDir, { recursive: true });
    for (const file of readdirSync(downloadDir).filter((entry) => entry.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(downloadDir, file), unpackedDir]);
    }
    rmSync(targetDir, { recursive: true, force: true });
    renameSync(unpackedDir, targetDir);
    return targetDir;
  } finally {
    rmSync(downloadDir, { recursive: true, force: true });
    rmSync(unpackedDir, { recursive: true, force: true });
  }
}

async function download(options, packages, withDependencies, downloadDir) {
  const wanted = withDependencies ? await missingHere(options, packages) : packages;
  await run('apt-get', [...options, 'download', ...wanted], { cwd: downloadDir });
}

/** Asks apt, without changing anything, what it would install. */
async function missingHere(options, packages) {
  const args = [...options, '--simulate', '--no-install-recommends', 'install', ...packages];
  const { stdout } = await run('apt-get', args);
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  return [...new Set([...packages, ...names])];
}

/** Fetches package lists into our cache, and resolves the options that make apt read them. */
async function ownLists() {
  const dir = join(cacheDir, 'apt');
  for (const needed of ['lists/partial', 'archives/partial'])
    mkdirSync(join(dir, needed), { recursive: true });
  const options = [`Dir::State::lists=${join(dir, 'lists')}`, `Dir::Cache=${dir}`, 'Debug::NoLocking=1'];
  const args = options.flatMap((option) => ['-o', option]);
  const isFetched = readdirSync(join(dir, 'lists')).some((file) => file.includes('_Packages'));
  if (!isFetched) await run('apt-get', [...asSelf, ...args, 'update'], { timeoutMs: 180_000 });
  return args;
}
