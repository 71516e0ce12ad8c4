/** The entry of `npm run bench:soak`. Prints figures. What each means: README.md. */
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSecondsOf } from './cpu.mjs';
import { nowMs } from './rig/clock.mjs';
import { Crowd } from './rig/crowd.mjs';
import { pssMbOf, socketsOf } from './rig/probe.mjs';
import { dist, isQuick, option, printSetup, transcriber, warmUp, withVendors } from './rig/setup.mjs';
import { startMedia } from './rig/systems.mjs';
import { slope } from './turn-figures.mjs';

const calls = Number(option('calls', 50));
const minutes = Number(option('minutes', isQuick ? 2 : 30));
/** What the heap takes at first says nothing of what it would take for ever. */
const warmMinutes = Math.min(5, minutes / 3);
const everyMs = 5_000;
const turnsMost = Number(option('turns', 8));
/** CPU of a process without calls: health checks and pings of NATS. */
const idleCores = 0.02;

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
      sockets: socketsOf(system.process.pid),
      cpu: cpuSecondsOf(system.process.pid),
    });
    process.stderr.write(
      `\r${samples.at(-1).minute.toFixed(1)} min, ${mb.toFixed(0)} MB, ${crowd.live} live `,
    );
  }
  process.stderr.write('\n');
  return { crowd, samples };
}

/** All hang up at once: what is left of them each 250 ms. */
async function hangUpAll(system, crowd, idleSockets) {
  crowd.hangUp();
  const fromMs = nowMs();
  let cpu = cpuSecondsOf(system.process.pid);
  const steps = [];
  while (nowMs() - fromMs < 5_000) {
    await delay(250);
    const used = cpuSecondsOf(system.process.pid);
    steps.push({
      afterMs: nowMs() - fromMs,
      cores: (used - cpu) / 0.25,
      sockets: socketsOf(system.process.pid),
    });
    cpu = used;
  }
  const isIdle = ({ cores, sockets }) => cores <= idleCores && sockets <= idleSockets;
  const lastBusy = steps.findLastIndex((step) => !isIdle(step));
  return { steps, idleAfterMs: steps[lastBusy + 1]?.afterMs };
}

const setup = printSetup(
  `${calls} calls for ${minutes} minutes, each followed by the next; memory (PSS) each ${everyMs / 1000} s`,
);
await withVendors('soak', async ({ dir, vendors }) => {
  const ports = await vendors.listen();
  const system = await startMedia({ ports, transcriber }, { dir, dist });
  await warmUp(system, vendors);
  await delay(5_000);
  const idle = { mb: pssMbOf(system.process.pid), sockets: socketsOf(system.process.pid) };
  await vendors.run({ script: 'airline' });
  const { crowd, samples } = await keepUp(system, nowMs() + minutes * 60_000);
  const callers = crowd.callers.map(({ caller }) => caller);
  const failed = callers.filter(({ failure }) => failure !== undefined);
  const storm = await hangUpAll(system, crowd, idle.sockets);
  const steady = samples.filter(({ minute }) => minute >= warmMinutes);
  const mbPerMinute = slope(steady.map(({ minute, mb }) => [minute, mb]));
  const last = storm.steps.at(-1);
  console.log(
    `memory: ${idle.mb.toFixed(0)} MB without calls, ${steady[0]?.mb.toFixed(0)} MB after ${warmMinutes} minutes, ${samples.at(-1).mb.toFixed(0)} MB at the end: ${mbPerMinute.toFixed(2)} MB a minute (line of the least squares through ${steady.length} samples after the first ${warmMinutes} minutes)`,
  );
  console.log(
    `calls: ${callers.length}, failed ${failed.length}${failed.length ? `: ${[...new Set(failed.map(({ failure }) => failure))].join(', ')}` : ''}`,
  );
  console.log(
    `all hang up at once: ${storm.idleAfterMs === undefined ? 'not idle within 5 s' : `idle after ${storm.idleAfterMs.toFixed(0)} ms`} (at most ${idleCores} cores and the ${idle.sockets} sockets of a process without calls); at the end ${last.cores.toFixed(2)} cores, ${last.sockets} sockets`,
  );
  await system.close();
  return { setup, idle, samples, storm, mbPerMinute, calls: callers.length, failed: failed.length };
});
process.exit();
