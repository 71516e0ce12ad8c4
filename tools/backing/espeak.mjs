import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { cacheDir } from './paths.mjs';
import { isExecutableFile, onPath, run } from './processes.mjs';

/**
 * The path of an espeak-ng that runs: `settings.ESPEAK_BIN`, PATH, the cache, Debian's package unpacked into the cache.
 * Undefined when there is none; never rejects, since the sandbox's voices also work as tones alone.
 */
export async function findEspeak({ settings = {}, onNotice = () => {} } = {}) {
  const wrapper = join(cacheDir, 'espeak', 'espeak-ng');
  const candidates = [
    settings.ESPEAK_BIN,
    onPath('espeak-ng', process.env.PATH, ['/opt/homebrew/bin']),
    wrapper,
  ];
  for (const path of candidates) if (path && (await works(path))) return path;
  onNotice('espeak-ng is not installed: fetching it');
  try {
    const dir = await unpackDebianPackages('espeak', ['espeak-ng'], { withDependencies: true });
    if (dir === undefined) return undefined;
    writeWrapper(dir, wrapper);
    return (await works(wrapper)) ? wrapper : undefined;
  } catch {
    return undefined;
  }
}

const works = async (path) => {
  if (!isExecutableFile(path)) return false;
  try {
    await run(path, ['-q', '--stdout', 'ready'], { timeoutMs: 5_000, encoding: 'buffer' });
    return true;
  } catch {
    return false;
  }
};

/** An unpacked program does not find its libraries and its data by itself. */
function writeWrapper(dir, wrapper) {
  const [triplet = ''] = readdirSync(join(dir, 'usr', 'lib')).filter((name) => name.includes('-linux-'));
  const libraries = ['usr/lib', 'lib', 'usr/lib/T/pulseaudio', 'usr/lib/T', 'lib/T']
    .map((path) => join(dir, path.replace('T', triplet)))
    .filter((path) => existsSync(path));
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const script = [
    '#!/bin/sh',
    `LD_LIBRARY_PATH=${quote(libraries.join(':'))} ESPEAK_DATA_PATH=${quote(join(dir, 'usr/lib', triplet))} \\`,
    `  exec ${quote(join(dir, 'usr/bin/espeak-ng'))} "$@"`,
  ];
  writeFileSync(wrapper, `${script.join('\n')}\n`);
  chmodSync(wrapper, 0o755);
}
