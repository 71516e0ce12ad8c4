/**
 * The entry of `npm run ladder`: every rung, one after the other, on a system of its own. Arguments are words that a
 * rung's name must have, e.g. `npm run ladder -- voice azure`; `--short`: those of the tests.
 */
import { run } from '../../backing/processes.mjs';
import { checkoutDir } from '../../backing/paths.mjs';
import { toolEnvironment } from '../../launcher/services.mjs';
import { climb } from './climb.mjs';
import { LadderSystem } from './ladder-system.mjs';
import { allRungs, shortLadder } from './rungs.mjs';

const words = process.argv.slice(2).filter((word) => word !== '--short');
const table = process.argv.includes('--short') ? shortLadder : allRungs;
const rungs = table.filter(({ name }) => words.every((word) => name.includes(word)));
const build = () =>
  run('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
    ...{ cwd: checkoutDir, env: toolEnvironment(), timeoutMs: 600_000 },
  });

const system = await LadderSystem.start({ port: 18_470, build });
let failed = 0;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void system.close().then(() => process.exit(130)));
try {
  for (const rung of rungs) {
    const { faults, longestSilenceMs, endedAs } = await climb(system, rung).catch((error) => ({
      faults: [error.message],
    }));
    failed += faults.length > 0 ? 1 : 0;
    process.stdout.write(
      `${faults.length === 0 ? 'ok    ' : 'FAILED'} ${String(longestSilenceMs ?? '-').padStart(5)} ms  ${(endedAs ?? '').padEnd(6)} ${rung.name}\n`,
    );
    for (const fault of faults) process.stdout.write(`         ${fault}\n`);
  }
} finally {
  await system.close();
}
process.stdout.write(
  `${rungs.length - failed} of ${rungs.length} rungs hold (ms: the longest silence in the call)\n`,
);
process.exit(failed === 0 ? 0 : 1);
