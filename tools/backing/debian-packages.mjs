import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './paths.mjs';
import { onPath, run } from './processes.mjs';

/**
 * Unpacks Debian packages into `.cache/<name>` without installing them, as any user, and resolves that folder;
 * undefined when this is no Debian or Ubuntu. Uses the system's package lists, or lists of its own where those are missing.
 * @throws Error with what apt said when the packages cannot be had.
 */
export async function unpackDebianPackages(name, packages) {
  if (!['apt-get', 'dpkg'].every((tool) => onPath(tool))) return undefined;
  const targetDir = join(cacheDir, name);
  const downloadDir = mkdtempSync(join(tmpdir(), 'parley-apt-'));
  const unpackedDir = `${targetDir}.${process.pid}`;
  try {
    await download(packages, downloadDir);
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

async function download(packages, downloadDir) {
  // Root's apt would hand the download to the account _apt, which cannot write here, and warn about it.
  const args = ['-o', 'APT::Sandbox::User=root', 'download', ...packages];
  const options = { cwd: downloadDir, timeoutMs: 120_000 };
  try {
    await run('apt-get', args, options);
  } catch {
    const own = await ownLists();
    await run('apt-get', [...own, ...args], options);
  }
}

/** Fetches package lists into our cache, and resolves the options that make apt read them. */
async function ownLists() {
  const dir = join(cacheDir, 'apt');
  const listsDir = join(dir, 'lists');
  for (const needed of [join(listsDir, 'partial'), join(dir, 'archives', 'partial')])
    mkdirSync(needed, { recursive: true });
  const options = [
    `Dir::State::lists=${listsDir}`,
    `Dir::Cache=${dir}`,
    `Dir::Cache::archives=${join(dir, 'archives')}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  if (!existsSync(join(dir, 'pkgcache.bin')))
    await run('apt-get', [...options, 'update'], { timeoutMs: 180_000 });
  return options;
}
