/** The entry of `npm run bench`. Prints figures; asserts nothing. What each figure means: README.md beside this file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../tools/backing/paths.mjs';
import { cpuSecondsOf, memoryMbOf } from './cpu.mjs';
import {
  bargeInsOf,
  failedCallsOf,
  lateFramesOf,
  percentile,
  turnsOf,
  voiceToVoiceOf,
  wholeLoadOf,
} from './figures.mjs';
import { benchmarkScript, delays, numberOf, tagOf } from './script.mjs';
import { withSystem } from './system.mjs';

const loads = (process.argv.find((text) => text.startsWith('--calls='))?.slice(8) ?? '1,50,100,150,200')
  .split(',')
  .map(Number);
const ms = (value) => (value === undefined ? '-' : value.toFixed(1));
const row = (cells) =>
  console.log(cells.map((cell, at) => String(cell).padStart(at === 0 ? 6 : 11)).join(''));
const spread = (values) => [ms(percentile(values, 0.5)), ms(percentile(values, 0.95))];
/** Ten calls a second; an account of the carrier's has one by default. */
const betweenCallsMs = 100;
const raw = [];

/** Runs `calls` calls of one script at once and measures them. */
async function run(bench, line, { calls, turns, bargeIn }) {
  await bench.useScript(benchmarkScript({ calls, turns, bargeIn }));
  await bench.follow(() => true, 0);
  const media = bench.pids.media;
  const before = { cpu: cpuSecondsOf(media), sandbox: cpuSecondsOf(bench.pids.sandbox), atMs: Date.now() };
  const tags = [];
  for (let index = 0; index < calls; index++) {
    tags.push([tagOf(index), await bench.call(line, numberOf(index))]);
    await new Promise((resolve) => setTimeout(resolve, betweenCallsMs));
  }
  const isOver = ({ caller }) => caller.filter(({ kind }) => kind === 'line_closed').length >= calls;
  const journals = await bench.follow(isOver, 240_000);
  const seconds = (Date.now() - before.atMs) / 1000;
  const { fromMs, untilMs } = wholeLoadOf(journals);
  const inTime = ({ atMs }) => atMs >= fromMs && atMs <= untilMs;
  const spoken = journals.carrier.filter(({ kind }) => kind === 'call_ended');
  const callSeconds = spoken.reduce((sum, { durationMs }) => sum + durationMs / 1000, 0);
  const result = {
    ...{
      calls,
      turns,
      bargeIn,
      ended: spoken.length,
      failed: calls - spoken.length + failedCallsOf(journals).length,
    },
    ...{
      turnsSeen: turnsOf(journals, tags).filter(inTime),
      bargeIns: bargeInsOf(journals, tags),
      lateFrames: lateFramesOf(journals),
    },
    ...{
      voiceToVoice: voiceToVoiceOf(journals)
        .filter(inTime)
        .map(({ voiceToVoiceMs }) => voiceToVoiceMs),
      memoryMb: memoryMbOf(media),
    },
    cpuPerCall: (cpuSecondsOf(media) - before.cpu) / callSeconds,
    rigCores: (cpuSecondsOf(bench.pids.sandbox) - before.sandbox) / seconds,
  };
  raw.push(result);
  return result;
}

function printTurn({ turnsSeen, voiceToVoice }) {
  console.log(
    `\nOne call, ${turnsSeen.length} turns: from the final transcript to the first audio on the carrier's socket (ms)`,
  );
  row(['', 'p50', 'p95']);
  const part = (name, key) =>
    console.log(
      `${name.padEnd(46)}${spread(turnsSeen.map((turn) => turn[key]))
        .map((text) => text.padStart(9))
        .join('')}`,
    );
  part('ours: final transcript → request to the model', 'toModelMs');
  part('  waiting for the model: first clause', 'modelMs');
  part('ours: first clause → request for speech', 'toVoiceMs');
  part('  waiting for the voice: first byte', 'voiceMs');
  part('ours: first byte → frame on the socket', 'toSocketMs');
  part('ours, added up', 'ownMs');
  console.log(
    `${'as the caller hears it: last word → first sound'.padEnd(46)}${spread(voiceToVoice)
      .map((text) => text.padStart(9))
      .join('')}`,
  );
}

/** One call with nothing beside it: turns, then interruptions. */
async function oneCall(bench, line) {
  printTurn(await run(bench, line, { calls: 1, turns: 12 }));
  const { bargeIns } = await run(bench, line, { calls: 1, turns: 12, bargeIn: true });
  console.log(
    `\nBarge-in, ${bargeIns.length} of them: the transcriber's first word → clear on the socket: p50 ${spread(bargeIns).join(' ms, p95 ')} ms`,
  );
}

const loadColumns = 'calls,failed,turns,own p50,own p95,heard p50,heard p95,late,CPU/call,MB,rig cores'.split(
  ',',
);

function printLoad(result) {
  row([
    ...[result.calls, result.failed, result.turnsSeen.length],
    ...spread(result.turnsSeen.map(({ ownMs }) => ownMs)),
    ...spread(result.voiceToVoice),
    ...[
      result.lateFrames,
      result.cpuPerCall.toFixed(4),
      result.memoryMb.toFixed(0),
      result.rigCores.toFixed(2),
    ],
  ]);
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}; callers, carrier and providers share them.`,
);
console.log(
  `Delays: model ${delays.model.firstTokenMs} ms then ${delays.model.tokensPerSecond} tokens/s, voice ${delays.voice.firstByteMs} ms.`,
);
await withSystem(async (bench) => {
  const line = await bench.prepare();
  await run(bench, line, { calls: 1, turns: 2 });
  if (!process.argv.includes('--load-only')) await oneCall(bench, line);
  console.log('\nLoad: simultaneous calls on one media process, measured while all of them are live');
  row(loadColumns);
  // Long enough that all of them are live together for a while: the first must not be gone before the last is there.
  for (const calls of loads)
    printLoad(await run(bench, line, { calls, turns: 6 + Math.ceil((calls * betweenCallsMs) / 6_000) }));
});
mkdirSync(cacheDir, { recursive: true });
const file = join(cacheDir, 'bench.json');
writeFileSync(file, JSON.stringify(raw));
console.log(`\nRaw data: ${file}`);
process.exit();
