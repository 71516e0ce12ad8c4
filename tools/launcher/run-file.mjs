import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../backing/processes.mjs';
import { writePrivately } from './data-folder.mjs';
import { commandOf, startedAt } from './process-identity.mjs';

/**
 * run.json: what programs may want to know of the running system, and what the next start needs to clean up after a
 * launcher that was killed. Written anew whenever a process starts.
 */
export class RunFile {
  constructor(dir) {
    this.path = join(dir, 'run.json');
    this.content = { launcher: identify('launcher', process.pid), processes: [] };
  }

  set(fields) {
    Object.assign(this.content, fields);
    this.write();
  }

  /** `path`: something of ours that the process's command line names. */
  addProcess(name, pid, path) {
    this.content.processes = this.content.processes.filter((entry) => entry.name !== name);
    this.content.processes.push({ ...identify(name, pid), path });
    this.write();
  }

  write() {
    writePrivately(this.path, JSON.stringify(this.content, undefined, 2));
  }

  remove() {
    rmSync(this.path, { force: true });
  }
}

const identify = (name, pid) => ({ name, pid, startedAt: startedAt(pid) });

export function readRunFile(dir) {
  try {
    return JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

const isSame = (entry) =>
  entry?.pid > 1 && entry.startedAt !== undefined && startedAt(entry.pid) === entry.startedAt;
const isOurs = (entry) =>
  isSame(entry) && typeof entry.path === 'string' && commandOf(entry.pid).includes(entry.path);

/** Stops what a killed launcher left: only processes with the recorded start time and our path in their command line. */
export async function stopLeftovers(run) {
  const left = (run?.processes ?? []).filter(isOurs).reverse();
  for (const entry of left) {
    // SIGINT is Postgres's word for "end all sessions and stop"; the others take it as well.
    signal(entry.pid, entry.name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    const isGone = await until(() => !isOurs(entry), { deadlineMs: 5_000 });
    if (!isGone) signal(entry.pid, entry.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    await until(() => !isOurs(entry), { deadlineMs: 5_000 });
  }
  return left.map(({ name }) => name);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
