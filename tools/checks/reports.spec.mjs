import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { countLine, readJestReport, readTapReport } from './reports.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-reports-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const jest = (fields) => {
  const file = join(dir, 'report.json');
  const none = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    success: true,
  };
  writeFileSync(file, JSON.stringify({ ...none, ...fields }));
  const { passed, failed, skipped } = readJestReport(file);
  return [passed, failed, skipped];
};

test('counts what jest reports', () => {
  assert.deepEqual(jest({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 }), [3, 0, 2]);
  assert.deepEqual(jest({ numFailedTests: 2, success: false }), [0, 2, 0]);
});

test('a file that could not be loaded, and a run that failed otherwise, are failures', () => {
  assert.deepEqual(jest({ numRuntimeErrorTestSuites: 1, success: false }), [0, 1, 0]);
  assert.deepEqual(jest({ numPassedTests: 1, success: false }), [1, 1, 0]);
});

test('no report is no success', () => {
  assert.equal(readJestReport(join(dir, 'missing.json')), undefined);
  assert.equal(
    readTapReport(() => 'TAP version 13\nok 1 - a\n'),
    undefined,
  );
});

test('counts what Node reports', () => {
  const text =
    'TAP version 13\nok 1 - a\nnot ok 2 - b\n  why\n# tests 4\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n';
  const report = readTapReport(() => text);
  assert.deepEqual([report.passed, report.failed, report.skipped], [1, 2, 1]);
  assert.match(report.output, /^not ok 2 - b\n {2}why/);
});

test('the last line names skipped tests only when there are any', () => {
  assert.equal(countLine({ passed: 2, failed: 0, skipped: 0 }), '2 passed, 0 failed');
  assert.equal(countLine({ passed: 2, failed: 1, skipped: 3 }), '2 passed, 1 failed, 3 skipped');
});
