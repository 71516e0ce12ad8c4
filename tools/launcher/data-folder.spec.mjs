import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emptyDataFolder, openDataFolder, readSecrets } from './data-folder.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-data-'));
// Else the account of Postgres could not pass, and a folder outside would be made for it.
chmodSync(dir, 0o711);
after(() => rmSync(dir, { recursive: true, force: true }));

test('a folder with files of others is refused', () => {
  const theirs = join(dir, 'theirs');
  mkdirSync(theirs);
  writeFileSync(join(theirs, 'thesis.txt'), 'years');
  assert.throws(() => openDataFolder(theirs), /not made by Parley/);
  assert.deepEqual(readdirSync(theirs), ['thesis.txt']);
});

test('emptying removes what we made, and nothing else', () => {
  const outside = join(dir, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'file'), 'keep');
  const folder = openDataFolder(join(dir, 'own'));
  readSecrets(folder);
  mkdirSync(join(folder.dir, 'nats'));
  writeFileSync(join(folder.dir, 'notes.txt'), 'keep');
  symlinkSync(outside, join(folder.dir, 'sandbox'));
  writeFileSync(join(folder.logsDir, 'x.log'), 'old');
  emptyDataFolder(folder);
  assert.deepEqual(readdirSync(folder.dir).toSorted(), ['.parley-data', 'logs', 'notes.txt']);
  assert.deepEqual(readdirSync(folder.logsDir), []);
  assert.ok(existsSync(join(outside, 'file')));
});

test('keys are made once, differ between folders, and are for the owner alone', () => {
  const [one, two] = ['one', 'two'].map((name) => openDataFolder(join(dir, name)));
  const secrets = readSecrets(one);
  assert.deepEqual(readSecrets(one), secrets);
  assert.notEqual(readSecrets(two).apiKey, secrets.apiKey);
  assert.match(secrets.apiKey, /^parley_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
  assert.equal(statSync(join(one.dir, 'secrets.json')).mode & 0o777, 0o600);
  assert.ok(readFileSync(join(one.dir, 'secrets.json'), 'utf8').includes(secrets.natsPassword));
});
