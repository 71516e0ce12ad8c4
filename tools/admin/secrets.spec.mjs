import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { secrets } from './secrets.mjs';
import { CannotRotate, deploymentEnvironment, launchedSystem } from './secrets-deployment.mjs';
import { keyNames, newKeyEntry } from './secrets-keys.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-admin-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const file = (name) => join(dir, name);
const first = newKeyEntry();
let printed;
let complaints;
let runs;
let exitCodes;

beforeEach(() => {
  printed = [];
  complaints = [];
  runs = [];
  exitCodes = [0, 0];
  writeFileSync(file('secrets.json'), JSON.stringify({ apiKey: 'kept', secretsKeys: first }));
  rmSync(file('.env'), { force: true });
  rmSync(file('run.json'), { force: true });
});

const ambient = { PARLEY_DATA_DIR: dir };
const launched = () => launchedSystem(ambient, file('.env'));
const act = (...args) =>
  secrets(args, {
    ambient,
    launched,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    runEntry: (app, flags, environment) => {
      runs.push([app, flags, environment]);
      return Promise.resolve(exitCodes[runs.length - 1]);
    },
  });
const keptKeys = () => JSON.parse(readFileSync(file('secrets.json'), 'utf8')).secretsKeys;
const runsWith = (keys) =>
  writeFileSync(
    file('run.json'),
    JSON.stringify({ databaseUrl: 'postgres://own', schemaPrefix: '', secretsKeyNames: keyNames(keys) }),
  );

test('a new key fits SECRETS_KEYS, never repeats, and changes nothing unless it is to be installed', async () => {
  assert.equal(await act('new-key'), 0);
  assert.equal(await act('new-key'), 0);
  for (const entry of printed) {
    const [, name, key] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry);
    assert.equal(Buffer.from(key, 'base64').length, 32);
    assert.ok(name.startsWith('k20'));
  }
  assert.notEqual(printed[0].split(':')[0], printed[1].split(':')[0]);
  assert.equal(keptKeys(), first);
});

test('an installed key stands in front of the others, which stay; the rest of the file too', async () => {
  assert.equal(await act('new-key', '--install'), 0);
  const [added, ...rest] = keptKeys().split(',');
  assert.deepEqual(rest, [first]);
  assert.ok(
    printed[0].includes(keyNames(added)[0]) && !printed[0].includes(added),
    'the key itself is not shown',
  );
  assert.equal(JSON.parse(readFileSync(file('secrets.json'), 'utf8')).apiKey, 'kept');
  assert.equal(statSync(file('secrets.json')).mode & 0o777, 0o600);
});

test('keys that are named in .env are left to the operator', async () => {
  writeFileSync(file('.env'), `SECRETS_KEYS=${first}\n`);
  for (const args of [['new-key', '--install'], ['drop-old-keys']]) assert.equal(await act(...args), 1);
  assert.match(complaints[0], /set in \.env/);
});

test('both services are run with the database and the keys of the running system', async () => {
  runsWith(first);
  assert.equal(await act('rotate', '--check'), 0);
  const environment = { DATABASE_URL: 'postgres://own', SECRETS_KEYS: first, SCHEMA_PREFIX: '' };
  assert.deepEqual(runs, [
    ['config', ['--check'], environment],
    ['call-control', ['--check'], environment],
  ]);
});

test('one service that fails keeps the other from nothing, and is told', async () => {
  runsWith(first);
  exitCodes = [1, 0];
  assert.equal(await act('rotate'), 1);
  assert.equal(runs.length, 2);
});

test('nothing is resealed to a key that the running system does not know', async () => {
  runsWith(first);
  await act('new-key', '--install');
  assert.equal(await act('rotate'), 1);
  assert.deepEqual(runs, []);
  assert.match(complaints[0], /restart it first/);
});

test('without a running system it says what to do', async () => {
  assert.equal(await act('rotate'), 1);
  assert.match(complaints[0], /Start it, or set DATABASE_URL and SECRETS_KEYS/);
});

test('the environment comes before what runs here', () => {
  const wanted = { DATABASE_URL: 'postgres://theirs', SECRETS_KEYS: 'k:x', SCHEMA_PREFIX: 'p_' };
  assert.deepEqual(deploymentEnvironment({ ...wanted, OTHER: '1' }), wanted);
  assert.throws(() => deploymentEnvironment({ DATABASE_URL: 'postgres://theirs' }, launched), CannotRotate);
});

test('old keys go only when nothing is under them', async () => {
  await act('new-key', '--install');
  const [added] = keptKeys().split(',');
  runsWith(keptKeys());
  exitCodes = [0, 1];
  assert.equal(await act('drop-old-keys'), 1);
  assert.match(complaints[0], /nothing was dropped/);
  assert.equal(keptKeys(), `${added},${first}`);
  runs = [];
  exitCodes = [0, 0];
  assert.equal(await act('drop-old-keys'), 0);
  assert.deepEqual(
    runs.map(([app, flags]) => [app, flags]),
    [
      ['config', ['--check']],
      ['call-control', ['--check']],
    ],
  );
  assert.equal(keptKeys(), added);
  assert.match(printed.at(-1), /^1 old key dropped .* Restart the system\.$/);
  assert.equal(await act('drop-old-keys'), 0);
  assert.match(printed.at(-1), /only one key/);
});

test('a strange word shows how it is used', async () => {
  for (const args of [[], ['rotat'], ['rotate', '--chekc'], ['constructor']])
    assert.equal(await act(...args), 2);
  assert.match(complaints[0], /secrets rotate --check/);
});
