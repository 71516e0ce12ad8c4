/** The entry of `npm test`: all checks, one after the other. The last line is the count. */
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, checkoutDir } from '../backing/paths.mjs';
import { lastLines, run } from '../backing/processes.mjs';
import { areDependenciesStale, checkNodeVersion, installDependencies } from '../launcher/dependencies.mjs';
import { createProgress } from '../launcher/progress.mjs';
import { toolEnvironment } from '../launcher/services.mjs';
import { countLine, readJestReport, readTapReport } from './reports.mjs';

const progress = createProgress();
const env = toolEnvironment();
const options = { cwd: checkoutDir, env, timeoutMs: 1_800_000, tailLines: 150 };
const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs one check, adds its count, prints what helps when it failed, and goes on. */
async function check(name, work) {
  let report;
  try {
    await progress.step(name, async () => {
      report = await work();
      const note = report.tests === undefined ? undefined : countLine(report);
      if (report.failed > 0) throw Object.assign(new Error('failed'), { note });
      return note;
    });
  } catch (error) {
    report ??= { passed: 0, failed: 1, skipped: 0, output: error.message };
    progress.line(lastLines(report.output ?? '', 200));
  }
  for (const key of Object.keys(total)) total[key] += report[key];
}

const once = { passed: 1, failed: 0, skipped: 0 };
const command = (name, file, args) => check(name, async () => (await run(file, args, options), once));

/** Runs tests that leave a report; whether they failed is for the report to say. */
async function reported(file, args, read, more = {}) {
  let output = '';
  await run(file, args, { ...options, env: { ...env, ...more } }).catch((error) => (output = error.message));
  const report = read();
  if (report !== undefined) return { ...report, tests: true };
  return { passed: 0, failed: 1, skipped: 0, output: output || 'no report was written' };
}

function jest(name, config, more) {
  const file = join(cacheDir, `${name}-report.json`);
  rmSync(file, { force: true });
  const args = ['-c', config, '--json', `--outputFile=${file}`, '--passWithNoTests', '--ci'];
  return check(`${name} tests`, () => reported('jest', args, () => readJestReport(file), more));
}

function launcherSpecs() {
  const specs = ['tools', 'benchmarks'].flatMap((folder) =>
    readdirSync(join(checkoutDir, folder), { recursive: true })
      .filter((file) => file.endsWith('.spec.mjs'))
      .map((file) => join(checkoutDir, folder, file)),
  );
  const file = join(cacheDir, 'launcher-report.tap');
  rmSync(file, { force: true });
  const args = [
    '--test',
    '--test-timeout=120000',
    '--test-reporter=tap',
    `--test-reporter-destination=${file}`,
  ];
  const read = () => readTapReport(() => readFileSync(file, 'utf8'));
  return check('launcher tests', () => reported(process.execPath, [...args, ...specs], read));
}

try {
  checkNodeVersion();
  if (areDependenciesStale()) await progress.step('install dependencies (npm ci)', installDependencies);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

mkdirSync(cacheDir, { recursive: true });
const lint = () => command('lint', 'nx', ['run', 'parley:lint-all', '--outputStyle=static']);
const formatAndTypes = async () => {
  await command('format', 'prettier', ['--check', '--log-level=warn', '.']);
  // One process for the whole tree: the types are loaded once, not once a project.
  await command('types', 'tsc', ['-p', 'tsconfig.json', '--pretty', 'false']);
};
// Each keeps one core busy.
await Promise.all([lint(), formatAndTypes()]);
await command('build', 'nx', ['run-many', '-t', 'build', '--outputStyle=static']);
await launcherSpecs();
await jest('unit', 'jest.config.cjs');
await jest('integration', 'jest.integration.cjs');
// Calls run in real time and leave the machine idle meanwhile: two systems side by side take half as long.
await jest('end-to-end', 'jest.e2e.cjs', { PARLEY_E2E_SYSTEMS: '2' });

process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`${countLine(total)}\n`);
