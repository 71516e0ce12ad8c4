import { performance } from 'node:perf_hooks';
import autocannon from 'autocannon';
import { request } from 'undici';
import { cpuSecondsOf } from './cpu.mjs';

/**
 * Keeps `connections` connections busy for `duration` seconds and tells what came of it: {rate (requests a second),
 * p50, p99 (ms), cpuUs}. `cpuUs`: µs of CPU that each process took for each request, by its name in `pids()`.
 * @throws Error when an answer was not 2xx.
 */
export async function load({ pids, ...options }) {
  const before = cpuOf(pids());
  const result = await autocannon(options);
  const after = cpuOf(pids());
  const { total } = result.requests;
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0 || total === 0)
    throw new Error(`${failed} requests to ${options.url} failed, ${total} did not`);
  const cpuUs = Object.keys(before).map((name) => [
    name,
    (secondsBetween(before[name], after[name]) / total) * 1e6,
  ]);
  return {
    ...{ rate: total / result.duration, p50: result.latency.p50, p99: result.latency.p99 },
    cpuUs: Object.fromEntries(cpuUs),
  };
}

/** CPU seconds used so far, by name and pid. */
const cpuOf = (pids) =>
  Object.fromEntries(
    Object.entries(pids).map(([name, all]) => [name, new Map(all.map((pid) => [pid, cpuSecondsOf(pid)]))]),
  );

/** Of the processes that are still there: Postgres ends idle connections, and what those had used goes with them. */
export const secondsBetween = (before, after) =>
  [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);

/** Asks for `url` `count` times, one after the other; resolves how long each took, in ms. @throws Error unless 200. */
export async function timesOf(url, headers, count) {
  const times = [];
  while (times.length < count) {
    const startMs = performance.now();
    const { statusCode, body } = await request(url, { headers });
    const text = await body.text();
    times.push(performance.now() - startMs);
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${text.slice(0, 500)}`);
  }
  return times;
}
