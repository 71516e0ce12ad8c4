import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from './data-folder.mjs';
import { numbersBought, numbersFile } from './sandbox-numbers.mjs';

const journalsKept = 3;
const recordingsKept = 20;

/**
 * Begins a new run in a data folder: its logs and journals start empty. Of earlier runs the last logs (`*.log.1`), the
 * last few journals (`journals.1` …) and the newest recordings stay, so that the folder does not grow for ever.
 */
export function beginRun({ dir, logsDir }) {
  for (const name of namesIn(logsDir).filter((file) => file.endsWith('.log')))
    renameSync(join(logsDir, name), join(logsDir, `${name}.1`));
  const sandboxDir = join(dir, 'sandbox');
  if (!existsSync(sandboxDir)) return;
  // The carrier's journal is where they are read from, and it is about to be put away.
  writePrivately(numbersFile(sandboxDir), JSON.stringify(numbersBought(sandboxDir)));
  shift(join(sandboxDir, 'journals'));
  dropOldest(join(sandboxDir, 'recordings'));
}

const namesIn = (dir) => (existsSync(dir) ? readdirSync(dir) : []);

/** Makes room at `path`. A run that never got so far as to write journals pushes no older ones out. */
function shift(path) {
  if (!existsSync(path)) return;
  rmSync(`${path}.${journalsKept}`, { recursive: true, force: true });
  for (let age = journalsKept - 1; age >= 0; age -= 1) {
    const from = age === 0 ? path : `${path}.${age}`;
    if (existsSync(from)) renameSync(from, `${path}.${age + 1}`);
  }
}

function dropOldest(dir) {
  const files = namesIn(dir)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => ({ path: join(dir, name), atMs: statSync(join(dir, name)).mtimeMs }))
    .toSorted((a, b) => b.atMs - a.atMs);
  for (const { path } of files.slice(recordingsKept)) rmSync(path, { force: true });
}
