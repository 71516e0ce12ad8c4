import { readFileSync } from 'node:fs';

/** `N passed, N failed`, and `, N skipped` when there are any. */
export const countLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** Counts a JSON report of jest: {passed, failed, skipped, output}; undefined when there is none. */
export function readJestReport(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  // A file that could not even be loaded has no tests to count, and yet failed.
  const broken = report.numRuntimeErrorTestSuites ?? 0;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    // A run may fail without a test that failed, for instance when a teardown throws.
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    output: report.testResults
      .filter(({ status }) => status === 'failed')
      .map(({ message }) => message)
      .join('\n'),
  };
}

/** Counts a TAP report of Node's test runner; undefined when it is missing or unfinished. */
export function readTapReport(read) {
  let text;
  try {
    text = read();
  } catch {
    return undefined;
  }
  const count = (name) => /^\d+$/.exec(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? '')?.[0];
  if (count('pass') === undefined) return undefined;
  const sum = (...names) => names.reduce((total, name) => total + Number(count(name) ?? 0), 0);
  return {
    passed: sum('pass'),
    failed: sum('fail', 'cancelled'),
    skipped: sum('skipped', 'todo'),
    output: text
      .split(/^(?= *not ok)/m)
      .slice(1)
      .map((part) => part.split('\n').slice(0, 40).join('\n'))
      .join('\n'),
  };
}
