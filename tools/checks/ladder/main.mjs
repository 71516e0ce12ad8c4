/**
 * The entry of `npm run ladder`: every rung, some at a time, each lane on a system of its own. Arguments are words that
 * a rung's name must have, e.g. `npm run ladder -- voice azure`; `--short`: those of the tests; `--lanes=N`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { run } from '../../backing/processes.mjs';
import { checkoutDir } from '../../backing/paths.mjs';
import { toolEnvironment } from '../../launcher/services.mjs';
import { climb } from './climb.mjs';
import { LadderSystem } from './ladder-system.mjs';
import { allRungs, shortLadder } from './rungs.mjs';

/** A rung is mostly waiting: a lane takes a fifth of a core. */
const usualLanes = 6;
const firstPort = 18_600;
const startEveryMs = 3_000;

const { values, positionals: words } = parseArgs({
  options: { short: { type: 'boolean' }, lanes: { type: 'string' } },
  allowPositionals: true,
});
const table = values.short ? shortLadder : allRungs;
const rungs = table.filter(({ name }) => words.every((word) => name.includes(word)));
if (rungs.length === 0) {
  process.stderr.write(`no rung has ${words.join(' and ')} in its name\n`);
  process.exit(2);
}
const lanes = Math.min(rungs.length, Math.max(1, Number(values.lanes ?? usualLanes) || usualLanes));

await run('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
  ...{ cwd: checkoutDir, env: toolEnvironment(), timeoutMs: 600_000 },
});

let expected = rungs.length;
let fallen = rungs;
const systems = [];
const closeAll = () => Promise.all(systems.splice(0).map((system) => system.close()));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void closeAll().then(() => process.exit(130)));

let done = 0;

/** Climbs them, each system one at a time; resolves those that did not hold. */
async function climbAll(waiting, on) {
  const fallen = [];
  const climbOn = async (system, lane) => {
    // So that they do not all speak their first words, which nobody has kept yet, at the same time.
    await delay(lane * startEveryMs);
    for (let rung = waiting.shift(); rung; rung = waiting.shift()) {
      const result = await climb(system, rung).catch((error) => ({ faults: [error.message] }));
      if (result.faults.length > 0) fallen.push(rung);
      tell(rung, result);
    }
  };
  await Promise.all(on.map(climbOn));
  return fallen;
}

function tell({ name }, { faults, longestSilenceMs, endedAs = '' }) {
  done += 1;
  const verdict = faults.length === 0 ? 'ok    ' : 'FAILED';
  const silence = String(longestSilenceMs ?? '-').padStart(5);
  const lines = [
    `${String(done).padStart(3)}/${expected} ${verdict} ${silence} ms  ${endedAs.padEnd(6)} ${name}`,
    ...faults.map((fault) => `               ${fault}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  // One after the other: they would slow each other down.
  for (let lane = 0; lane < lanes; lane += 1)
    systems.push(await LadderSystem.start({ port: firstPort + lane }));
  fallen = await climbAll([...rungs], systems);
  if (fallen.length > 0 && lanes > 1) {
    process.stdout.write(`${fallen.length} did not hold: once more, one at a time\n`);
    expected += fallen.length;
    fallen = await climbAll([...fallen], systems.slice(0, 1));
  }
} finally {
  await closeAll();
}
process.stdout.write(
  `${rungs.length - fallen.length} of ${rungs.length} rungs hold (ms: the longest silence in the call)\n`,
);
process.exit(fallen.length === 0 ? 0 : 1);
