/** The entry of `npm run bench:turns`. Prints figures, the floor agent's beside Parley's. What each means: README.md. */
import { wordsOf } from './rig/airline-script.mjs';
import { Crowd } from './rig/crowd.mjs';
import { dist, isQuick, option, printSetup, transcriber, warmUp, withVendors } from './rig/setup.mjs';
import { startFloor, startMedia } from './rig/systems.mjs';
import { percentile } from './figures.mjs';
import {
  bargeIn,
  lateness,
  readJournal,
  reportErrors,
  summary,
  turnFigures,
  wordsLost,
} from './turn-figures.mjs';

const calls = Number(option('calls', isQuick ? 3 : 10));
const turnsMost = Number(option('turns', isQuick ? 2 : 8));
const seed = Number(option('seed', 1));
const only = new RegExp(option('only', ''));

/** Which runs there are; each against a process of its own. */
const runs = [
  { name: 'floor', system: 'floor', script: 'airline' },
  { name: 'Parley', system: 'media', script: 'airline' },
  {
    name: 'Parley, PREPARE_AHEAD=off',
    system: 'media',
    script: 'airline',
    settings: { PREPARE_AHEAD: 'off' },
  },
  { name: 'floor, noisy', system: 'floor', script: 'airline', noise: true },
  { name: 'Parley, noisy', system: 'media', script: 'airline', noise: true },
  { name: 'barge-in, floor', system: 'floor', script: 'high', bargeIn: 'high' },
  {
    name: 'barge-in, high',
    system: 'media',
    script: 'high',
    bargeIn: 'high',
    agent: { interrupt_sensitivity: 'high' },
  },
  {
    name: 'barge-in, low',
    system: 'media',
    script: 'low',
    bargeIn: 'low',
    agent: { interrupt_sensitivity: 'low' },
  },
].filter(({ name }) => only.test(name));

const start = (run, options) =>
  run.system === 'floor'
    ? startFloor(options, options)
    : startMedia(options, { ...options, dist, settings: run.settings, agent: run.agent });

async function take(run, { dir, vendors, ports }) {
  const system = await start(run, { ports, transcriber, dir });
  try {
    const earlier = await warmUp(system, vendors);
    await vendors.run({
      script: run.script,
      noise: run.noise === true,
      seed,
      keepsHistory: true,
      journalWords: run.bargeIn,
    });
    const crowd = new Crowd(system, { script: run.script, turnsMost, bargeIn: run.bargeIn !== undefined });
    // Over the time of one turn, so that not all have theirs at once.
    await crowd.dial(calls, isQuick ? 2_000 : 12_000);
    await crowd.done(turnsMost * 40_000);
    crowd.hangUp();
    const { lines } = await vendors.collect();
    const facts = system.control ? await system.control.facts() : [];
    return figuresOf(run, crowd, [...earlier, ...lines], facts);
  } finally {
    await system.close();
  }
}

function figuresOf(run, crowd, lines, facts) {
  const journal = readJournal(lines);
  const callers = crowd.callers.map(({ caller }) => caller);
  const turns = callers.flatMap((caller) => caller.turns).filter(({ endMs }) => endMs !== undefined);
  const measured = turns.map((turn) => turnFigures(turn, journal));
  const words = callers.map(({ call, turns: had }) => {
    const spoken = had.flatMap(({ turn }) => wordsOf(run.script, call, turn)).join(' ');
    return wordsLost(spoken, journal.lastReplies.get(call)?.users?.join(' ') ?? '');
  });
  const total = (name) => words.reduce((sum, each) => sum + each[name], 0);
  const late = callers.flatMap(({ lateFrames }) =>
    lateFrames.filter(({ before }) => journal.speeches.get(before)?.role !== 'other'),
  );
  const frames = callers.reduce((sum, { framesHeard }) => sum + framesHeard, 0);
  return {
    ...{ run, each: measured, ...summary(measured) },
    failed: callers.filter(({ failure }) => failure !== undefined).length,
    words: { said: total('said'), lost: total('lost'), added: total('added') },
    greetings: callers.flatMap(({ greeting }) =>
      greeting.heard[0] ? [greeting.heard[0].atMs - greeting.startedMs] : [],
    ),
    lateP999: lateness(frames, late, 0.999),
    reportErrors: reportErrors(measured, facts),
    reported: facts.flatMap(({ body }) => (body.type === 'turn_metrics' ? [body] : [])),
    bargeIns: run.bargeIn
      ? callers.flatMap(({ turns: had, clears }) =>
          had.slice(1).flatMap((turn) => bargeIn(turn, clears, journal, run.bargeIn) ?? []),
        )
      : [],
  };
}

const ms = (value) => (value === undefined ? '-' : value.toFixed(1));
const over = (value, base) =>
  value === undefined || base === undefined
    ? ''
    : `${value >= base ? '+' : ''}${ms(value - base)} (×${(value / base).toFixed(2)})`;
const row = (cells) =>
  console.log(
    cells.map((cell, at) => (at === 0 ? String(cell).padEnd(30) : String(cell).padStart(15))).join(''),
  );

function printTurns(results) {
  console.log(
    `Turns: ${calls} calls of ${turnsMost} turns. Last loud frame sent → first loud frame received, in ms`,
  );
  row(['', 'p50', 'over floor', 'p95', 'over floor', 'own p50', 'own p95', 'turns', 'unanswered']);
  for (const result of results.filter(({ run }) => !run.bargeIn)) {
    const floor = results.find(
      ({ run }) => run.system === 'floor' && run.noise === result.run.noise && !run.bargeIn,
    );
    const { latency, own } = result;
    row([
      result.run.name,
      ms(latency.p50),
      over(latency.p50, floor?.latency.p50),
      ms(latency.p95),
      over(latency.p95, floor?.latency.p95),
      ms(own.p50),
      ms(own.p95),
      result.turns,
      result.unanswered,
    ]);
  }
  console.log();
  row([
    '',
    'signal→model',
    'clause→voice',
    'byte→socket',
    'played p50',
    'late p99.9',
    'fillers',
    'failed',
    'report off by',
  ]);
  for (const result of results.filter(({ run }) => !run.bargeIn)) {
    const { toModel, toVoice, toSocket, played } = result;
    const pair = ({ p50, p95 }) => `${ms(p50)} / ${ms(p95)}`;
    row([
      result.run.name,
      pair(toModel),
      pair(toVoice),
      pair(toSocket),
      ms(played.p50),
      ms(result.lateP999),
      result.fillers,
      result.failed,
      ms(percentile(result.reportErrors, 0.95)),
    ]);
  }
  console.log();
  row([
    '',
    'calls a turn',
    'used ahead',
    'thrown away',
    'cancelled',
    'early answers',
    'answered twice',
    'words lost',
    'words added',
  ]);
  for (const result of results.filter(({ run }) => !run.bargeIn)) {
    const { words } = result;
    row([
      result.run.name,
      result.modelCallsPerTurn.toFixed(2),
      result.usedAhead,
      result.thrownAway,
      result.cancelled,
      result.early,
      result.answeredTwice,
      `${words.lost} of ${words.said}`,
      words.added,
    ]);
  }
}

function printRest(results) {
  for (const { run, bargeIns } of results.filter(({ run: { bargeIn: asked } }) => asked)) {
    const times = bargeIns.flatMap(({ ms: time }) => (time === undefined ? [] : [time]));
    const missed = bargeIns.length - times.length;
    console.log(
      `${run.name}: ${times.length} interruptions, ${missed} not noticed: transcriber's sign → clear p50 ${ms(percentile(times, 0.5))} ms, p95 ${ms(percentile(times, 0.95))} ms; stopped for a back-channel ${bargeIns.filter(({ stoppedEarly }) => stoppedEarly).length}; old audio after clear ${bargeIns.filter(({ stale }) => stale > 0).length}`,
    );
  }
  console.log();
  for (const { run, greetings } of results) {
    console.log(
      `greeting, ${run.name}: stream started → first frame p50 ${ms(percentile(greetings, 0.5))} ms, p95 ${ms(percentile(greetings, 0.95))} ms`,
    );
  }
}

const setup = printSetup(
  `${runs.length} runs, each with a process of its own, after a short warm-up; seed of the noise ${seed}`,
);
await withVendors('turns', async ({ dir, vendors }) => {
  const ports = await vendors.listen();
  const results = [];
  for (const run of runs) {
    process.stderr.write(`${run.name} …\n`);
    results.push(await take(run, { dir, vendors, ports }));
  }
  printTurns(results);
  console.log();
  printRest(results);
  return { setup, results };
});
process.exit();
