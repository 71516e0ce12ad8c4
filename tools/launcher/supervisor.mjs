import { startDetached, stopChild } from '../backing/processes.mjs';
import { setTimeout as delay } from 'node:timers/promises';
import { readableTail } from './log-lines.mjs';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const steadyMs = 30_000;

/**
 * Keeps one service running. Until `watch()` an end is an error for who waits; afterwards it is said and the service is
 * started again, at growing intervals.
 */
export class SupervisedService {
  constructor({ name, args, env, cwd, logFile, onStarted, onNotice }) {
    Object.assign(this, { name, args, env, cwd, logFile, onStarted, onNotice });
    this.isStopping = false;
    this.isWatched = false;
    this.pauseMs = firstPauseMs;
  }

  start() {
    const { args, env, cwd, logFile } = this;
    const process_ = startDetached(process.execPath, args, { env, cwd, logFile });
    this.process = process_;
    this.startedAtMs = Date.now();
    if (process_.child.pid) this.onStarted(this.name, process_.child.pid);
    void process_.exited.then((end) => this.ended(end));
  }

  ended(end) {
    this.lastEnd = end;
    if (this.isWatched && !this.isStopping) this.restarting = this.restart();
  }

  /** From now on an end leads to a new start. */
  watch() {
    this.isWatched = true;
    if (this.hasEnded) this.ended(this.lastEnd);
  }

  get hasEnded() {
    const { child } = this.process;
    return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  /** How the last process ended, with the end of its log. */
  describeEnd() {
    const { code, signal, error } = this.lastEnd ?? {};
    const how = error ? error.message : signal ? `killed by ${signal}` : `exit code ${code}`;
    return `${this.name} ended (${how}); the end of ${this.logFile}:\n${readableTail(this.logFile)}`;
  }

  async restart() {
    if (Date.now() - this.startedAtMs > steadyMs) this.pauseMs = firstPauseMs;
    const pauseMs = this.pauseMs;
    this.pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    this.onNotice(`${this.describeEnd()}\nstarting ${this.name} again in ${pauseMs / 1000} s`);
    await delay(pauseMs);
    if (!this.isStopping) this.start();
  }

  async stop(deadlineMs = 12_000) {
    this.isStopping = true;
    if (this.process) await stopChild(this.process, { deadlineMs });
  }

  kill() {
    this.isStopping = true;
    if (this.process && !this.hasEnded) this.process.child.kill('SIGKILL');
  }
}

/**
 * Waits until every service answers 200 on its health address.
 * @throws Error with the end of a log when one ends first, or with the names of those that never got healthy.
 */
export async function waitUntilHealthy(services, { deadlineMs = 30_000, signal } = {}) {
  const end = Date.now() + deadlineMs;
  const waiting = new Map(services.map((service) => [service, 'no answer']));
  while (waiting.size > 0) {
    signal?.throwIfAborted();
    for (const service of waiting.keys()) {
      if (service.supervised.hasEnded) throw new Error(service.supervised.describeEnd());
      const state = await health(service.healthUrl);
      if (state === 'healthy') waiting.delete(service);
      else waiting.set(service, state);
    }
    if (waiting.size === 0) return;
    if (Date.now() > end) throw new Error(notHealthy(waiting, deadlineMs));
    await delay(50);
  }
}

async function health(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const text = await response.text();
    return response.ok ? 'healthy' : `${response.status} ${text.slice(0, 200)}`;
  } catch {
    return 'no answer';
  }
}

function notHealthy(waiting, deadlineMs) {
  const lines = [...waiting].map(
    ([{ supervised }, state]) =>
      `${supervised.name}: ${state}; the end of ${supervised.logFile}:\n${readableTail(supervised.logFile)}`,
  );
  return `not healthy after ${deadlineMs / 1000} s:\n${lines.join('\n')}`;
}
