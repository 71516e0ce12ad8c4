import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** A test run that is broken off must leave no process behind. */
export function endWithThisProcess(child: ChildProcess): void {
  if (children.size === 0) process.once('exit', () => children.forEach((each) => each.kill('SIGKILL')));
  children.add(child);
}
