import { execFile, spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { accessSync, constants, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Where `name` lies on PATH (or in `extraDirs`), if anywhere. */
export function onPath(name, pathValue = process.env.PATH ?? '', extraDirs = []) {
  return [...pathValue.split(delimiter), ...extraDirs]
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, name))
    .find(isExecutableFile);
}

export function isExecutableFile(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end and resolves what it printed. Never through a shell.
 * @throws Error with the last `tailLines` lines it printed when it fails, cannot be started, or takes longer than `timeoutMs`.
 */
export const run = (file, args, { timeoutMs = 120_000, tailLines = 15, ...options } = {}) =>
  new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, ...options },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ stdout, stderr });
        const said = lastLines(`${stdout}\n${stderr}`, tailLines);
        const why = error.killed ? `took longer than ${timeoutMs / 1000} s` : (error.code ?? error.signal);
        reject(new Error(`${file} ${args.join(' ')} failed (${why})${said && `:\n${said}`}`));
      },
    );
  });

export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n').trim();

/** The end of a log file, or '' when there is none. */
export function tailOfFile(path, count = 30) {
  try {
    return lastLines(readFileSync(path, 'utf8'), count);
  } catch {
    return '';
  }
}

/**
 * Starts a program that stays, its output appended to `logFile`. It gets a session of its own, so that Ctrl-C in the
 * terminal reaches only the one who started it, who then stops all in order.
 * Returns the child and `exited`, a promise of {code, signal, error?} that never rejects.
 */
export function startDetached(file, args, { logFile, ...options }) {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], ...options });
  closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, exited };
}

/** Signals a child and waits; kills it when it has not gone by the deadline. */
export async function stopChild({ child, exited }, { signal = 'SIGTERM', deadlineMs = 10_000 } = {}) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const gone = await Promise.race([exited.then(() => true), delay(deadlineMs, false, { ref: false })]);
  if (gone) return;
  child.kill('SIGKILL');
  await exited;
}

/** Asks `check` again and again until it says something true; undefined when the deadline passes first. */
export async function until(check, { deadlineMs, everyMs = 20, signal } = {}) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() >= end || signal?.aborted) return undefined;
    await delay(everyMs);
  }
}
