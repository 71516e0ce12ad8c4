import { connect } from 'node:net';
import { newApiKey } from '@parley/secrets';
import { eventually } from '@parley/testing';
import { Client } from 'pg';
import { SmallSystem, startSmallSystem } from '../testing/small-system';

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

describe('keys', () => {
  let system: SmallSystem;
  let database: Client;
  let userId: string;

  beforeAll(async () => {
    system = await startSmallSystem();
    database = new Client({ connectionString: system.databaseUrl });
    await database.connect();
    userId = (await post<{ id: string }>('/admin/users/create', { name: 'Ann', plan_type: 'plan_developer' }))
      .id;
  });

  afterAll(async () => {
    await database.end();
    await system.close();
  });

  async function post<T>(path: string, body: unknown): Promise<T> {
    const response = await system.send('POST', path, JSON.stringify(body));
    const answer: unknown = await response.json();
    expect([response.status, answer]).toEqual([200, answer]);
    return answer as T;
  }
  const makeKey = (fields: object = {}) =>
    post<MadeKey>('/admin/keys/create', { user_id: userId, name: 'a key', ...fields });
  const as = (authorization: string | undefined, method = 'GET', path = '/v1/actions?id=x') =>
    fetch(system.baseUrl + path, { method, headers: authorization === undefined ? {} : { authorization } });
  const statusOf = async (key: MadeKey, method?: string, path?: string) =>
    (await as(`Bearer ${key.key}`, method, path)).status;

  it('that are missing, malformed, unknown or wrong get the same 401', async () => {
    const known = await makeKey();
    const wrong = known.key.slice(0, -1) + (known.key.endsWith('A') ? 'B' : 'A');
    const given = [
      undefined,
      'Bearer',
      'Basic abc',
      'Bearer parley_x',
      `Bearer ${newApiKey().key}`,
      `Bearer ${wrong}`,
    ];
    for (const authorization of [...given, ...given]) {
      const response = await as(authorization);
      expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
        401,
        'Bearer',
        { detail: 'Not authenticated: send "Authorization: Bearer <API key>" with a valid key.' },
      ]);
    }
    expect(await statusOf(known)).toBe(422);
  });

  it('are asked for before the body is read', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(system.port, '127.0.0.1', () => {
        socket.write(
          'POST /v1/agents/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 524288\r\n\r\n{',
        );
      });
      socket.setTimeout(3_000, () => socket.destroy(new Error('the rest of the body was waited for')));
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('open nothing that has no route, and what is open needs none', async () => {
    expect((await as(undefined, 'GET', '/v1/nothing')).status).toBe(404);
    expect((await as(undefined, 'GET', '/healthz')).status).toBe(200);
    for (const path of [
      '/%76%31/actions?id=x',
      '/v1/actions/?id=x',
      '/v1//actions',
      '/healthz/../v1/actions?id=x',
    ]) {
      expect([401, 404]).toContain((await as(undefined, 'GET', path)).status);
    }
  });

  it('may only do what their scopes say', async () => {
    const [reader, writer, admin] = [
      await makeKey({ scopes: ['read'] }),
      await makeKey({ scopes: ['write', 'write'] }),
      await makeKey({ scopes: ['admin'] }),
    ];
    const tried = async (key: MadeKey) => [
      await statusOf(key, 'GET', '/v1/actions?id=x'),
      await statusOf(key, 'POST', '/v1/actions/create'),
      await statusOf(key, 'GET', '/admin/users/list'),
      await statusOf(key, 'POST', '/admin/users/create'),
    ];
    expect(await tried(reader)).toEqual([422, 403, 403, 403]);
    expect(await tried(writer)).toEqual([403, 422, 403, 403]);
    expect(await tried(admin)).toEqual([403, 403, 200, 422]);
    const refusal = await as(`Bearer ${reader.key}`, 'POST', '/v1/actions/create');
    expect(await refusal.json()).toEqual({
      detail: 'This API key lacks the scope "write", which this request needs.',
    });
  });

  it('that are revoked are refused within a second by a gateway that knew them', async () => {
    const key = await makeKey();
    expect(await statusOf(key)).toBe(422);
    const revoked = await post<{ revoked_at: string }>(`/admin/keys/revoke?id=${key.id}`, {});
    await eventually(async () => expect(await statusOf(key)).toBe(401), { timeoutMs: 1_000 });
    expect(await post(`/admin/keys/revoke?id=${key.id}`, {})).toMatchObject({
      revoked_at: revoked.revoked_at,
    });
  });

  it('stop at their end, to the moment', async () => {
    const end = Date.now() + 1_200;
    const key = await makeKey({ expires_at: new Date(end).toISOString() });
    expect(await statusOf(key)).toBe(422);
    await eventually(async () => expect(await statusOf(key)).toBe(401), { timeoutMs: 2_000 });
    expect(Date.now()).toBeGreaterThanOrEqual(end);
  });

  it('are shown once and stored as a hash alone', async () => {
    const key = await makeKey();
    expect(key).toEqual({
      id: key.id,
      user_id: userId,
      name: 'a key',
      scopes: ['read', 'write'],
      profile: 'latest',
      requests_per_minute: null,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
      key: expect.stringMatching(/^parley_\w{22}_\w{43}$/) as string,
    });
    const stored = await database.query('SELECT api_keys::text FROM config.api_keys');
    expect(stored.rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored.rows)).not.toContain(key.key.slice(-43));
    const listed = await system.send('GET', `/admin/keys/list?user_id=${userId}&size=1000`);
    const text = await listed.text();
    expect(text).toContain(key.id);
    expect(text).not.toContain(key.key.slice(-43));
    expect(text).not.toContain('hash');
  });
});

describe('limits', () => {
  const limits = {
    RATE_LIMIT_PER_KEY_PER_MINUTE: '60',
    RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '200',
    TRUSTED_PROXIES: '1',
  };
  let system: SmallSystem;
  beforeAll(async () => {
    system = await startSmallSystem(limits);
  });
  afterAll(() => system.close());

  const from = (address: string, path: string, headers: Record<string, string> = {}) =>
    fetch(system.baseUrl + path, { headers: { 'x-forwarded-for': `6.6.6.6, ${address}`, ...headers } });
  const statuses = async (count: number, send: () => Promise<Response>) =>
    (await Promise.all(Array.from({ length: count }, send))).map(({ status }) => status).sort();

  it('hold for a key, wherever its requests come from', async () => {
    let address = 0;
    const send = () =>
      from(`10.0.0.${++address}`, '/v1/actions?id=x', { authorization: `Bearer ${system.apiKey}` });
    const answers = await statuses(20, send);
    expect(answers.filter((status) => status === 422)).toHaveLength(3);
    expect(answers.filter((status) => status === 429)).toHaveLength(17);
    const refused = await send();
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '1',
      { detail: 'Too many requests: 60 a minute may come, 3 of them at once. Please try again later.' },
    ]);
  });

  it('hold for an address, whose word for itself does not count, and before any key is looked at', async () => {
    const guess = () => from('10.9.9.9', '/v1/actions?id=x', { authorization: `Bearer ${newApiKey().key}` });
    const answers = await statuses(40, guess);
    expect(new Set(answers)).toEqual(new Set([401, 429]));
    expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(13);
    expect((await from('10.9.9.10', '/v1/actions?id=x')).status).toBe(401);
  });

  it('do not hold for what operators and the carrier ask', async () => {
    expect(await statuses(40, () => from('10.9.9.9', '/healthz'))).toEqual(Array(40).fill(200));
  });
});
