import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lockFolder } from './folder-lock.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-lock-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('one launcher has the folder until it lets go', () => {
  const first = lockFolder(dir);
  assert.deepEqual(lockFolder(dir), { holder: process.pid });
  first.release();
  assert.deepEqual(readdirSync(dir), []);
  lockFolder(dir).release();
});

test('the lock of a launcher that was killed, or half a file, is taken over', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  lockFolder(dir, other.pid);
  assert.deepEqual(lockFolder(dir), { holder: other.pid });
  other.kill('SIGKILL');
  await once(other, 'exit');
  lockFolder(dir).release();
  writeFileSync(join(dir, 'launcher.lock'), '{"pid":');
  lockFolder(dir).release();
  assert.deepEqual(readdirSync(dir), []);
});
