import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startedAt } from './process-identity.mjs';

/**
 * Takes a data folder for this launcher, so that of two starts at once only one goes on.
 * Returns {release} when it is ours, {holder} with the other's pid when it is not. A dead launcher's lock is taken over.
 */
export function lockFolder(dir, pid = process.pid) {
  const file = join(dir, 'launcher.lock');
  const draft = `${file}.${pid}`;
  writeFileSync(draft, JSON.stringify({ pid, startedAt: startedAt(pid) }), { mode: 0o600 });
  try {
    for (;;) {
      if (linked(draft, file)) return { release: () => rmSync(file, { force: true }) };
      const holder = holderOf(file);
      if (holder !== undefined) return { holder };
      takeAway(file, `${draft}.old`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Making a link is the one step that fails when the file is there already. */
function linked(draft, file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file) {
  try {
    const { pid, startedAt: since } = JSON.parse(readFileSync(file, 'utf8'));
    return since !== undefined && startedAt(pid) === since ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a dead lock; if somebody replaced it in between, theirs is put back. */
function takeAway(file, aside) {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside) !== undefined) linked(aside, file);
  rmSync(aside, { force: true });
}
