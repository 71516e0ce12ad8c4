import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { beginRun } from './earlier-runs.mjs';
import { numbersBought } from './sandbox-numbers.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-runs-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const logsDir = join(dir, 'logs');
const sandboxDir = join(dir, 'sandbox');
const journal = (age = '') => join(sandboxDir, `journals${age}`, 'carrier.jsonl');
const purchase = (number) =>
  JSON.stringify({
    ...{ method: 'POST', path: '/IncomingPhoneNumbers.json', status: 201, params: { PhoneNumber: number } },
  });

/** What a run leaves behind. */
function run(index) {
  mkdirSync(join(sandboxDir, 'journals'), { recursive: true });
  mkdirSync(logsDir, { recursive: true });
  writeFileSync(journal(), `${purchase(`+1${index}`)}\n`);
  writeFileSync(join(logsDir, 'media.log'), `run ${index}`);
}

test('an empty folder needs nothing', () => {
  beginRun({ dir: join(dir, 'new'), logsDir: join(dir, 'new', 'logs') });
});

test('a run starts its journals anew, keeps a few of the earlier ones, and forgets no number', () => {
  for (let index = 1; index <= 6; index += 1) {
    run(index);
    beginRun({ dir, logsDir });
  }
  // A start that failed early.
  beginRun({ dir, logsDir });
  assert.deepEqual(readdirSync(sandboxDir).toSorted(), [
    'journals.1',
    'journals.2',
    'journals.3',
    'numbers.json',
  ]);
  assert.match(readFileSync(journal('.1'), 'utf8'), /\+16/);
  assert.match(readFileSync(journal('.3'), 'utf8'), /\+14/);
  assert.deepEqual(numbersBought(sandboxDir), ['+11', '+12', '+13', '+14', '+15', '+16']);
  assert.deepEqual(readdirSync(logsDir), ['media.log.1']);
  assert.equal(readFileSync(join(logsDir, 'media.log.1'), 'utf8'), 'run 6');
});

test('the newest recordings stay', () => {
  const recordings = join(sandboxDir, 'recordings');
  mkdirSync(recordings);
  for (let index = 0; index < 23; index += 1) {
    const file = join(recordings, `CA${index}.wav`);
    writeFileSync(file, '');
    utimesSync(file, 1_000 + index, 1_000 + index);
  }
  beginRun({ dir, logsDir });
  const left = readdirSync(recordings);
  assert.equal(left.length, 20);
  assert.ok(!left.includes('CA2.wav') && left.includes('CA3.wav'));
});
