import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { admin, usage } from './admin.mjs';
import { findSystem, OperatorError } from './operator.mjs';

const user = {
  id: 'u1',
  name: 'Ann',
  plan_type: 'plan_free',
  monthly_usage_limit_minutes: null,
  created_at: '2026-01-01T00:00:00.000Z',
};
const key = {
  id: 'k1',
  user_id: 'u1',
  name: 'first',
  scopes: ['read', 'write'],
  profile: 'latest',
  revoked_at: null,
  expires_at: null,
  last_used_at: null,
};

let server;
let url;
let asked;
let answers;
let printed;
let complaints;

before(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method, url: path, headers } = request;
    asked.push([method, path, text === '' ? undefined : JSON.parse(text), headers.authorization]);
    const { status = 200, body } = answers.shift();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());
beforeEach(() => {
  [asked, answers, printed, complaints] = [[], [], [], []];
});

const act = (...args) =>
  admin(args, {
    findSystem: () => ({ url, apiKey: 'parley_x' }),
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  });

test('makes a user', async () => {
  answers = [{ body: user }];
  assert.equal(await act('users', 'create', 'Ann', '--plan', 'plan_developer', '--minutes', '5'), 0);
  const body = { name: 'Ann', plan_type: 'plan_developer', monthly_usage_limit_minutes: 5 };
  assert.deepEqual(asked, [['POST', '/admin/users/create', body, 'Bearer parley_x']]);
  assert.match(printed[0], /^ID +NAME .*\nu1 +Ann +plan_free +the plan's/);
});

test('sets a plan, and takes a limit away', async () => {
  answers = [{ body: user }];
  assert.equal(await act('users', 'set-plan', 'u/1', 'plan_free', '--minutes', 'none'), 0);
  assert.deepEqual(asked[0].slice(0, 3), [
    'POST',
    '/admin/users/update?id=u%2F1',
    { plan_type: 'plan_free', monthly_usage_limit_minutes: null },
  ]);
});

test('lists all pages', async () => {
  answers = [
    { body: { items: [user], has_more: true } },
    { body: { items: [{ ...user, id: 'u2' }], has_more: false } },
  ];
  assert.equal(await act('users', 'list'), 0);
  assert.equal(printed[0].split('\n').length, 3);
  assert.deepEqual(
    asked.map(([, path]) => path),
    ['/admin/users/list?size=1000&page=1', '/admin/users/list?size=1000&page=2'],
  );
});

test('makes a key and shows it', async () => {
  answers = [{ body: { ...key, key: 'parley_secret' } }];
  const flags = ['--scopes', 'read, admin', '--expires', '2999-01-31', '--profile', 'seed', '--limit', '100'];
  assert.equal(await act('keys', 'create', 'u1', 'first', ...flags), 0);
  assert.deepEqual(asked[0][2], {
    user_id: 'u1',
    name: 'first',
    scopes: ['read', 'admin'],
    profile: 'seed',
    expires_at: '2999-01-31T00:00:00.000Z',
    requests_per_minute: 100,
  });
  assert.match(printed[0], /\nparley_secret$/);
});

test('lists keys with their state, and revokes', async () => {
  const items = [
    key,
    { ...key, expires_at: '2001-01-01T00:00:00.000Z' },
    { ...key, expires_at: '2001-01-01T00:00:00.000Z', revoked_at: '2001-01-01T00:00:00.000Z' },
  ];
  answers = [{ body: { items, has_more: false } }, { body: key }];
  assert.equal(await act('keys', 'list', 'u1'), 0);
  assert.equal(asked[0][1], '/admin/keys/list?user_id=u1&size=1000&page=1');
  assert.deepEqual(printed[0].match(/valid|expired|revoked/g), ['valid', 'expired', 'revoked']);
  assert.equal(await act('keys', 'revoke', 'k1'), 0);
  assert.match(printed[1], /^The key k1 \(first\) is revoked\.$/);
});

test('shows all commands when asked, and when there is nothing to do', async () => {
  assert.deepEqual([await act('--help'), await act('keys', '--help'), await act()], [0, 0, 0]);
  assert.deepEqual(printed, [usage, usage, usage]);
});

for (const [args, message] of [
  [['frogs'], /^There is no command frogs /],
  [['constructor'], /^There is no command constructor /],
  [['users'], /^users takes create, list, set-plan /],
  [['users', 'toString'], /^users takes create/],
  [['users', 'create'], /^Usage: npm run admin -- users create NAME /],
  [['users', 'create', 'a', 'b'], /^Usage: /],
  [['users', 'create', 'a', '--minutes', 'x'], /^--minutes takes /],
  [['users', 'list', '--frog'], /^Unknown option '--frog'/],
  [['keys', 'create', 'u', 'n', '--expires', 'soon'], /^--expires takes /],
  [['keys', 'create', 'u', 'n', '--limit', '5'], /^--limit takes /],
]) {
  test(`does not understand "${args.join(' ')}", and says so on one line`, async () => {
    assert.equal(await act(...args), 2);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0], message);
    assert.ok(!complaints[0].includes('\n'));
    assert.deepEqual(asked, []);
  });
}

for (const [answer, message] of [
  [{ status: 401, body: { detail: 'x' } }, /^The API key is not valid: set PARLEY_API_KEY /],
  [{ status: 403, body: { detail: 'Lacks admin.' } }, /^Lacks admin\. Set PARLEY_API_KEY /],
  [{ status: 404, body: { detail: 'Key not found' } }, /^Key not found$/],
  [{ status: 422, body: { detail: [{ loc: ['query', 'id'], msg: 'Invalid GUID' }] } }, /^id: Invalid GUID$/],
  [{ status: 502, body: '<html>' }, /answered 502, and not as Parley does: check PARLEY_URL\.$/],
  [{ status: 200, body: '<html>' }, /answered 200, and not as Parley does/],
]) {
  test(`says on one line what to do about ${answer.status} ${JSON.stringify(answer.body)}`, async () => {
    answers = [answer];
    assert.equal(await act('keys', 'revoke', 'k1'), 1);
    assert.match(complaints.join('\n'), message);
  });
}

test('says that nobody answers', async () => {
  const code = await admin(['users', 'list'], {
    findSystem: () => ({ url: 'http://127.0.0.1:1', apiKey: 'x' }),
    complain: (line) => complaints.push(line),
    send: () => Promise.reject(Object.assign(new Error('fetch failed'), { cause: { code: 'ECONNREFUSED' } })),
  });
  assert.deepEqual([code, complaints.length], [1, 1]);
  assert.match(complaints[0], /cannot be reached \(ECONNREFUSED\): check PARLEY_URL/);
});

test('finds the system by the environment, else by the data folder', () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-admin-'));
  const find = (ambient) => findSystem({ PARLEY_DATA_DIR: dir, ...ambient }, join(dir, '.env'));
  try {
    assert.deepEqual(find({ PARLEY_URL: 'http://x/', PARLEY_API_KEY: 'k' }), {
      url: 'http://x',
      apiKey: 'k',
    });
    assert.throws(() => find({ PARLEY_URL: 'http://x' }), OperatorError);
    assert.throws(() => find({}), /No system runs with the data folder .*Start it/);
    writeFileSync(join(dir, 'run.json'), JSON.stringify({ url: 'http://y', apiKey: 'own' }));
    assert.deepEqual(find({}), { url: 'http://y', apiKey: 'own' });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
