/** The entry of `npm run bench:soak`. Prints figures. What each means: README.md. */
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSecondsOf } from './cpu.mjs';
import { nowMs } from './rig/clock.mjs';
import { Crowd } from './rig/crowd.mjs';
import { connectionsOf, pssMbOf, timersOf } from './rig/probe.mjs';
import { dist, isQuick, option, printSetup, transcriber, warmUp, withVendors } from './rig/setup.mjs';
import { startMedia } from './rig/systems.mjs';
import { slope } from './turn-figures.mjs';

const calls = Number(option('calls', 50));
const minutes = Number(option('minutes', isQuick ? 2 : 30));
/** What the heap takes at first says nothing of what it would take for ever. */
const warmMinutes = Math.min(5, minutes / 3);
const everyMs = 5_000;
const turnsMost = Number(option('turns', 8));
const isTerminal = process.stderr.isTTY;
/** Health checks and pings of NATS; CPU is counted in ticks of 10 ms, and one of them in 250 ms is 0.04. */
const idleCores = 0.05;

/** Keeps `calls` calls up until `untilMs`: whoever is through the script is followed by the next caller. */
async function keepUp(system, untilMs) {
  const crowd = new Crowd(system, { script: 'airline', turnsMost });
  await crowd.dial(calls, calls * 400);
  const samples = [];
  const startMs = nowMs();
  while (nowMs() < untilMs) {
    await delay(everyMs);
    const missing = calls - crowd.live;
    if (missing > 0) await crowd.dial(missing, 1_000);
    const mb = pssMbOf(system.process.pid);
    samples.push({
      minute: (nowMs() - startMs) / 60_000,
      mb,
      live: crowd.live,
      cpu: cpuSecondsOf(system.process.pid),
    });
    process.stderr.write(
      `${isTerminal ? '\r' : '\n'}${samples.at(-1).minute.toFixed(1)} min, ${mb.toFixed(0)} MB, ${crowd.live} live `,
    );
  }
  process.stderr.write('\n');
  return { crowd, samples };
}

/** All hang up at once: what is left of them each 250 ms. */
async function hangUpAll(system, crowd, ports) {
  const { pid, port } = system.process;
  crowd.hangUp();
  const fromMs = nowMs();
  let cpu = cpuSecondsOf(pid);
  let lookedMs = fromMs;
  const steps = [];
  while (nowMs() - fromMs < 5_000) {
    await delay(250);
    const [used, atMs] = [cpuSecondsOf(pid), nowMs()];
    const cores = (used - cpu) / ((atMs - lookedMs) / 1000);
    steps.push({
      afterMs: atMs - fromMs,
      cores,
      connections: connectionsOf(pid, { ...ports, carrier: port }),
    });
    [cpu, lookedMs] = [used, atMs];
  }
  const isIdle = ({ cores, connections: { carrier, transcriber } }) =>
    cores <= idleCores && carrier === 0 && transcriber === 0;
  const lastBusy = steps.findLastIndex((step) => !isIdle(step));
  return { steps, idleAfterMs: steps[lastBusy + 1]?.afterMs, timers: await timersOf(system.metricsUrl) };
}

const setup = printSetup(
  `${calls} calls for ${minutes} minutes, each followed by the next; memory (PSS) each ${everyMs / 1000} s`,
);
await withVendors('soak', async ({ dir, vendors }) => {
  const ports = await vendors.listen();
  const system = await startMedia({ ports, transcriber }, { dir, dist });
  await warmUp(system, vendors);
  await delay(5_000);
  const idle = { mb: pssMbOf(system.process.pid), timers: await timersOf(system.metricsUrl) };
  await vendors.run({ script: 'airline' });
  const { crowd, samples } = await keepUp(system, nowMs() + minutes * 60_000);
  const callers = crowd.callers.map(({ caller }) => caller);
  const failed = callers.filter(({ failure }) => failure !== undefined);
  const storm = await hangUpAll(system, crowd, ports);
  const steady = samples.filter(({ minute }) => minute >= warmMinutes);
  const mbPerMinute = slope(steady.map(({ minute, mb }) => [minute, mb]));
  const last = storm.steps.at(-1);
  const kept = last.connections.model + last.connections.voice;
  console.log(
    `memory: ${idle.mb.toFixed(0)} MB without calls, ${steady[0]?.mb.toFixed(0)} MB after ${warmMinutes} minutes, ${samples.at(-1).mb.toFixed(0)} MB at the end: ${mbPerMinute.toFixed(2)} MB a minute (line of the least squares through ${steady.length} samples after the first ${warmMinutes} minutes)`,
  );
  console.log(
    `calls: ${callers.length}, failed ${failed.length}${failed.length ? `: ${[...new Set(failed.map(({ failure }) => failure))].join(', ')}` : ''}`,
  );
  console.log(
    `all hang up at once: ${storm.idleAfterMs === undefined ? 'not idle within 5 s' : `idle after ${storm.idleAfterMs.toFixed(0)} ms`} (at most ${idleCores} cores, no connection with a caller or the transcriber); at the end ${last.cores.toFixed(2)} cores, ${storm.timers} timers (${idle.timers} before the first call), ${kept} connections kept warm to model and voice`,
  );
  await system.close();
  return { setup, idle, samples, storm, mbPerMinute, calls: callers.length, failed: failed.length };
});
process.exit();
