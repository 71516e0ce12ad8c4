import { newId } from '@parley/kernel';
import { SmallSystem, startSmallSystem } from '../testing/small-system';

describe('the admin API', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await startSmallSystem();
  });
  afterAll(() => system.close());

  async function ask(method: string, path: string, body?: unknown) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await system.send(method, path, text ?? null);
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests read many shapes
    return { status: response.status, body: (await response.json()) as any };
  }
  const makeUser = async (fields: object = {}) =>
    (await ask('POST', '/admin/users/create', { name: 'Ben', ...fields })).body as { id: string };

  it('makes users, changes them, and lists them newest first, page by page', async () => {
    const first = await makeUser();
    const second = await makeUser({ plan_type: 'plan_developer', monthly_usage_limit_minutes: 5 });
    expect(first).toMatchObject({ name: 'Ben', plan_type: 'plan_free', monthly_usage_limit_minutes: null });
    expect(
      (await ask('POST', `/admin/users/update?id=${second.id}`, { monthly_usage_limit_minutes: null })).body,
    ).toEqual({
      ...second,
      monthly_usage_limit_minutes: null,
    });
    expect((await ask('GET', '/admin/users/list?page=1&size=1')).body).toMatchObject({
      items: [{ id: second.id }],
      page: 1,
      size: 1,
      has_more: true,
      total: 3,
      total_is_estimated: false,
    });
    expect((await ask('GET', '/admin/users/list?page=2&size=1')).body).toMatchObject({
      items: [{ id: first.id }],
    });
    expect((await ask('GET', '/admin/users/list?page=3&size=1')).body).toMatchObject({ has_more: false });
  });

  it('keeps an operator from locking everybody out', async () => {
    const { id } = (
      (await ask('GET', '/admin/keys/list?size=1000')).body.items as { id: string; name: string }[]
    ).find(({ name }) => name === 'first key')!;
    for (const own of [id, id.toUpperCase()]) {
      expect((await ask('POST', `/admin/keys/revoke?id=${own}`)).status).toBe(409);
      for (const change of [{ scopes: ['read'] }, { expires_at: '2999-01-01T00:00:00Z' }]) {
        expect((await ask('POST', `/admin/keys/update?id=${own}`, change)).status).toBe(409);
      }
      expect((await ask('POST', `/admin/keys/update?id=${own}`, { expires_at: null })).status).toBe(200);
    }
    expect((await ask('POST', `/admin/keys/update?id=${id}`, { name: 'renamed' })).body).toMatchObject({
      name: 'renamed',
    });
  });

  it('changes what a key is', async () => {
    const { id } = await makeUser();
    const made = (await ask('POST', '/admin/keys/create', { user_id: id, name: 'k', profile: 'seed' }))
      .body as { id: string };
    const change = { scopes: ['read'], requests_per_minute: 10, expires_at: '2999-01-01T00:00:00+01:00' };
    expect((await ask('POST', `/admin/keys/update?id=${made.id}`, change)).body).toMatchObject({
      ...change,
      name: 'k',
      profile: 'seed',
      expires_at: '2998-12-31T23:00:00.000Z',
    });
  });

  const userId = newId();
  it.each<[string, unknown, (string | number)[]]>([
    ['users/create', {}, ['body', 'name']],
    ['users/create', { name: '' }, ['body', 'name']],
    ['users/create', { name: 'a\u0000b' }, ['body', 'name']],
    ['users/create', { name: 'x'.repeat(201) }, ['body', 'name']],
    ['users/create', { name: 'x', plan_type: 'free' }, ['body', 'plan_type']],
    ['users/create', { name: 'x', monthly_usage_limit_minutes: -1 }, ['body', 'monthly_usage_limit_minutes']],
    [
      'users/create',
      { name: 'x', monthly_usage_limit_minutes: 1e9 },
      ['body', 'monthly_usage_limit_minutes'],
    ],
    ['users/create', { name: 'x', plan: 'plan_free' }, ['body', 'plan']],
    ['users/create', [], ['body']],
    ['users/create', '"text"', ['body']],
    ['users/create', '{"name":', ['body']],
    ['users/update?id=x', {}, ['query', 'id']],
    ['users/update', {}, ['query', 'id']],
    ['keys/create', { name: 'k' }, ['body', 'user_id']],
    ['keys/create', { user_id: "' OR 1=1", name: 'k' }, ['body', 'user_id']],
    ['keys/create', { user_id: userId, name: 'k', scopes: [] }, ['body', 'scopes']],
    ['keys/create', { user_id: userId, name: 'k', scopes: ['root'] }, ['body', 'scopes', 0]],
    ['keys/create', { user_id: userId, name: 'k', scopes: 'admin' }, ['body', 'scopes']],
    ['keys/create', { user_id: userId, name: 'k', profile: '__proto__' }, ['body', 'profile']],
    [
      'keys/create',
      { user_id: userId, name: 'k', expires_at: '2001-01-01T00:00:00Z' },
      ['body', 'expires_at'],
    ],
    ['keys/create', { user_id: userId, name: 'k', expires_at: 'tomorrow' }, ['body', 'expires_at']],
    [
      'keys/create',
      { user_id: userId, name: 'k', expires_at: '2999-02-31T00:00:00Z' },
      ['body', 'expires_at'],
    ],
    ['keys/create', { user_id: userId, name: 'k', requests_per_minute: 5 }, ['body', 'requests_per_minute']],
    ['keys/create', { user_id: userId, name: 'k', key_hash: 'x' }, ['body', 'key_hash']],
    ['keys/revoke?id=..', {}, ['query', 'id']],
  ])('refuses %s with %j, naming what is wrong', async (path, body, loc) => {
    const answer = await ask('POST', `/admin/${path}`, body);
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc }] } });
  });

  it.each(['page=0', 'size=1001', 'page=x', 'user_id=x'])('refuses lists with %s', async (query) => {
    const answer = await ask('GET', `/admin/keys/list?${query}`);
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', query.split('=')[0]] }] },
    });
  });

  it.each([
    ['users/update', {}, 'User not found'],
    ['keys/update', { name: 'x' }, 'Key not found'],
    ['keys/revoke', {}, 'Key not found'],
  ])('does not know %s of a random id', async (path, body, detail) => {
    expect(await ask('POST', `/admin/${path}?id=${newId()}`, body)).toEqual({
      status: 404,
      body: { detail },
    });
  });

  it('makes no key for a user that there is not', async () => {
    const answer = await ask('POST', '/admin/keys/create', { user_id: newId(), name: 'k' });
    expect(answer).toEqual({ status: 404, body: { detail: 'User not found' } });
  });
});
