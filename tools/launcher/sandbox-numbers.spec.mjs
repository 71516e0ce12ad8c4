import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { numbersBought } from './sandbox-numbers.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-numbers-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('finds each number that was bought, once', () => {
  const path = '/2010-04-01/Accounts/AC/IncomingPhoneNumbers.json';
  const line = (method, status, PhoneNumber) =>
    JSON.stringify({ kind: 'rest_request', method, path, status, params: { PhoneNumber } });
  mkdirSync(join(dir, 'journals'));
  const lines = [
    line('POST', 201, '+1'),
    line('POST', 400, '+2'),
    line('GET', 200, '+3'),
    line('POST', 201, '+1'),
    '{"path":"IncomingPhoneNumbers',
  ];
  writeFileSync(join(dir, 'journals', 'carrier.jsonl'), lines.join('\n'));
  assert.deepEqual(numbersBought(dir), ['+1']);
  assert.deepEqual(numbersBought(join(dir, 'new')), []);
});
