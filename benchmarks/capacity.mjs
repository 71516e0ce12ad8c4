/** The entry of `npm run bench:capacity`. Prints figures, the floor agent's beside Parley's. What each means: README.md. */
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from './rig/clock.mjs';
import { stormOf } from './rig/callers/storm.mjs';
import { Crowd } from './rig/crowd.mjs';
import { pssMbOf, watchCpu } from './rig/probe.mjs';
import {
  dist,
  isQuick,
  option,
  printSetup,
  speechOf,
  transcriber,
  warmUp,
  withVendors,
} from './rig/setup.mjs';
import { startFloor, startMedia } from './rig/systems.mjs';
import { temporaryCertificate } from './rig/tls.mjs';
import { lateness, readJournal, summary, turnFigures } from './turn-figures.mjs';

const loads = String(option('calls', isQuick ? '50' : '1,50,100,200,300,400,500,600,800'))
  .split(',')
  .map(Number);
const tlsLoads = String(option('tls-calls', isQuick ? '50' : '1,100,300'))
  .split(',')
  .map(Number);
const windowMs = Number(option('seconds', isQuick ? 30 : 45)) * 1_000;
const systems = String(option('systems', 'floor,media')).split(',');
const withTls = option('tls', isQuick ? 'no' : 'yes') !== 'no';
const withStorm = option('storm', 'yes') !== 'no';
const profileDir = option('profile', '');
/** Twenty a second, as several carriers together might bring them. */
const perSecond = 20;
/** One call has few turns. */
const windowOf = (calls) => (calls < 10 && !isQuick ? 4 * windowMs : windowMs);

const starters = { floor: startFloor, media: startMedia };
/** A load is held when so many fail at most, and the p95 is within a quarter of that of one call. */
const answerWithinMs = 3_000;
const bounds = { failedShare: 0.005, p95Factor: 1.25 };

async function measure(name, calls, { dir, vendors, ports, tls }) {
  const nodeArgs = profileDir && name === 'media' ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const settings = { MAX_CALLS: '5000' };
  const system = await starters[name]({ ports, tls, transcriber }, { dir, dist, settings, nodeArgs });
  try {
    const earlier = await warmUp(system, vendors);
    await delay(2_000);
    const idleMb = pssMbOf(system.process.pid);
    await vendors.run({ script: 'airline' });
    const crowd = new Crowd(system, { script: 'airline' });
    await crowd.dial(calls, (calls * 1_000) / perSecond);
    await delay(5_000);
    earlier.push(...speechOf(await vendors.collect()));
    crowd.beat.takeLateShare();
    const before = marked(crowd);
    const cpu = watchCpu({
      system: system.process.pid,
      callers: process.pid,
      vendors: vendors.pid,
      ...(system.natsPid && { nats: system.natsPid }),
    });
    await delay(windowOf(calls));
    const cores = cpu();
    const mb = pssMbOf(system.process.pid);
    const lateShare = crowd.beat.takeLateShare();
    const { lines, lateP99Ms } = await vendors.collect();
    const result = {
      ...figuresOf(before, [...earlier, ...lines]),
      name,
      calls,
      tls: tls !== undefined,
      cores,
      rigLate: { lateShare, vendorsP99Ms: lateP99Ms },
    };
    crowd.hangUp();
    await crowd.done(5_000);
    return { ...result, idleMb, mb, mbPerCall: (mb - idleMb) / calls, cpuPerCall: cores.system / calls };
  } finally {
    await system.close();
  }
}

/** What of each caller was there before: what is measured begins behind it. */
const marked = (crowd) => ({
  fromMs: nowMs(),
  callers: crowd.callers.map(({ caller }) => ({
    caller,
    frames: caller.framesHeard,
    late: caller.lateFrames.length,
  })),
});

/** Turns of which the caller had done since then, and whose answer has had its time. */
function figuresOf({ fromMs, callers }, lines) {
  const journal = readJournal(lines);
  const untilMs = nowMs() - answerWithinMs;
  const measured = callers
    .flatMap(({ caller }) => caller.turns)
    .filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= untilMs)
    .map((turn) => turnFigures(turn, journal));
  const late = callers
    .flatMap(({ caller, late: from }) => caller.lateFrames.slice(from))
    .filter(({ before }) => journal.speeches.get(before)?.role !== 'other');
  const frames = callers.reduce((sum, { caller, frames: from }) => sum + caller.framesHeard - from, 0);
  const broken = callers
    .filter(({ caller: { failure } }) => failure !== undefined)
    .map(({ caller }) => caller);
  const { turns, unanswered, latency, own } = summary(measured);
  // A call counts as failed when it broke, or when one of its turns was not answered at all.
  const mute = measured.filter(({ isAnswered }) => !isAnswered);
  const failed = new Set([...broken, ...mute].map(({ call }) => call)).size;
  return {
    ...{ turns, unanswered, latency, own, frames, lateP999: lateness(frames, late, 0.999) },
    ...{ failed, failures: [...new Set(broken.map(({ failure }) => failure))] },
  };
}

const ms = (value) => (value === undefined ? '-' : value.toFixed(1));
const row = (cells) =>
  console.log(cells.map((cell, at) => String(cell).padStart(at === 0 ? 12 : 11)).join(''));

function print(result, floor) {
  const {
    name,
    calls,
    tls,
    failed,
    turns,
    latency,
    own,
    lateP999,
    cpuPerCall,
    mbPerCall,
    mb,
    cores,
    rigLate,
  } = result;
  const ratio = floor ? (cpuPerCall / floor.cpuPerCall).toFixed(2) : '';
  const rig = cores.callers + cores.vendors;
  row([
    `${name}${tls ? ', TLS' : ''}`,
    calls,
    failed,
    turns,
    ms(latency.p50),
    ms(latency.p95),
    ms(own.p50),
    ms(own.p95),
    ms(lateP999),
    cores.system.toFixed(2),
    cpuPerCall.toFixed(4),
    ratio,
    mbPerCall.toFixed(2),
    mb.toFixed(0),
    rig.toFixed(2),
    `${(100 * rigLate.lateShare).toFixed(1)} %`,
  ]);
}

const columns = [
  '',
  'calls',
  'failed',
  'turns',
  'p50',
  'p95',
  'own p50',
  'own p95',
  'late p99.9',
  'cores',
  'cores/call',
  '× floor',
  'MB/call',
  'MB',
  'rig cores',
  'rig late',
];

const isHeld = (result, unloaded) =>
  result.failed <= bounds.failedShare * result.calls &&
  (!unloaded?.latency.p95 || result.latency.p95 <= bounds.p95Factor * unloaded.latency.p95);

/** Each load on each system, until one is not held; then that system is left out. */
async function climb(names, loads, context) {
  const results = [];
  const first = {};
  const broken = {};
  row(columns);
  for (const calls of loads) {
    for (const name of names.filter((each) => !broken[each])) {
      const result = await measure(name, calls, context);
      results.push(result);
      first[name] ??= result;
      print(
        result,
        results.find((other) => other.name === 'floor' && other.calls === calls),
      );
      if (isHeld(result, first[name])) continue;
      broken[name] = true;
      const rigIsLate = result.rigLate.lateShare > 0.01;
      console.log(
        `${name} does not hold ${calls} calls${rigIsLate ? '; the callers were late themselves: they, or the machine, may be the limit' : ''}${result.failed ? `: ${result.failures.filter(Boolean).join(', ')}` : ''}`,
      );
    }
    if (names.every((name) => broken[name])) break;
  }
  return results;
}

/** Calls beyond the rated load: refused, and the running ones do not notice. */
async function storm({ dir, vendors, ports }) {
  const rated = Number(option('rated', isQuick ? 20 : 200));
  const system = await startMedia(
    { ports, transcriber },
    { dir, dist, settings: { MAX_CALLS: String(rated) } },
  );
  try {
    const earlier = await warmUp(system, vendors);
    await vendors.run({ script: 'airline' });
    const crowd = new Crowd(system, { script: 'airline' });
    await crowd.dial(rated, (rated * 1_000) / perSecond);
    const parts = [];
    for (const isStorm of [false, true]) {
      await delay(3_000);
      earlier.push(...speechOf(await vendors.collect()));
      const before = marked(crowd);
      const refused = isStorm
        ? await stormOf(system, { perSecond: 100, forMs: windowMs })
        : (await delay(windowMs), {});
      const { lines } = await vendors.collect();
      earlier.push(...speechOf({ lines }));
      parts.push({ isStorm, refused, ...figuresOf(before, [...earlier, ...lines]), live: crowd.live });
    }
    crowd.hangUp();
    await crowd.done(5_000);
    return { rated, parts };
  } finally {
    await system.close();
  }
}

function printStorm({ rated, parts: [calm, wild] }) {
  const refusals = Object.entries(wild.refused).map(
    ([status, count]) => `${count} × ${status === '0' ? 'no answer' : status}`,
  );
  console.log(
    `\nAdmission: ${rated} calls at MAX_CALLS=${rated}, then 100 new sockets a second beside them: ${refusals.join(', ')}`,
  );
  const line = (part) =>
    `p95 ${ms(part.latency.p95)} ms, own p95 ${ms(part.own.p95)} ms, late p99.9 ${ms(part.lateP999)} ms, ${part.live} live, ${part.failed} failed`;
  console.log(`  before: ${line(calm)}\n  during: ${line(wild)}`);
}

const setup = printSetup(
  `fresh processes for each load; ${windowMs / 1000} s with all calls live (${windowOf(1) / 1000} s of one call); CPU and PSS of the one process`,
);
await withVendors('capacity', async ({ dir, vendors }) => {
  const ports = await vendors.listen();
  const raw = { setup, plain: await climb(systems, loads, { dir, vendors, ports }) };
  if (withTls) {
    const tls = await temporaryCertificate(dir);
    const tlsPorts = await vendors.listen(tls);
    console.log('\nThe same with the vendors over TLS');
    raw.tls = await climb(systems, tlsLoads, { dir, vendors, ports: tlsPorts, tls });
  }
  if (withStorm) {
    raw.storm = await storm({ dir, vendors, ports });
    printStorm(raw.storm);
  }
  return raw;
});
process.exit();
