/**
 * The entry of `npm run ladder`: every rung, some at a time, each lane on a system of its own. Arguments are words that
 * a rung's name must have, e.g. `npm run ladder -- voice azure`; `--short`: those of the tests; `--lanes=N`.
 */
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

const systems = [];
const closeAll = () => Promise.all(systems.splice(0).map((system) => system.close()));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void closeAll().then(() => process.exit(130)));

const waiting = [...rungs];
let done = 0;
let failed = 0;

async function climbAll(system) {
  for (let rung = waiting.shift(); rung; rung = waiting.shift()) {
    const { name } = rung;
    const result = await climb(system, rung).catch((error) => ({ faults: [error.message] }));
    tell(name, result);
  }
}

function tell(name, { faults, longestSilenceMs, endedAs = '' }) {
  done += 1;
  failed += faults.length > 0 ? 1 : 0;
  const verdict = faults.length === 0 ? 'ok    ' : 'FAILED';
  const silence = String(longestSilenceMs ?? '-').padStart(5);
  const lines = [
    `${String(done).padStart(3)}/${rungs.length} ${verdict} ${silence} ms  ${endedAs.padEnd(6)} ${name}`,
    ...faults.map((fault) => `               ${fault}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  // One after the other: they would slow each other down.
  for (let lane = 0; lane < lanes; lane += 1)
    systems.push(await LadderSystem.start({ port: firstPort + lane }));
  await Promise.all(systems.map(climbAll));
} finally {
  await closeAll();
}
process.stdout.write(
  `${done - failed} of ${rungs.length} rungs hold (ms: the longest silence in the call)\n`,
);
process.exit(failed === 0 ? 0 : 1);
