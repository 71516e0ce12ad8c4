import 'reflect-metadata';
import {
  authenticate,
  createKey,
  createUser,
  getUser,
  getUserPlan,
  keysChangedSubject,
  revokeKey,
  updateUser,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskClient, closeNats, connectNats } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { hashApiKey, newApiKey } from '@parley/secrets';
import { createTestDatabase, eventually, testNats } from '@parley/testing';
import type { TestDatabase } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { startConfig } from '../config';
import { configDatabase } from '../database';
import { Keys1795305600000 } from '../migrations/1795305600000-keys';
import { configSettings } from '../settings';
import { ensureFirstKey } from './first-key';
import { KeyStore } from './key.store';

const first = newApiKey();
const logger = createLogger({ service: 'keys-spec', level: 'silent' });
const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => AppError.from(error).code,
  );

describe('users and keys', () => {
  const closers: (() => unknown)[] = [];
  let testDatabase: TestDatabase;
  let database: DataSource;
  let nats: NatsConnection;
  let asks: AskClient;

  beforeAll(async () => {
    const server = await testNats();
    closers.push(() => server.close());
    testDatabase = await createTestDatabase({
      migrate: (url) => migrate(configDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: '' })),
    });
    closers.push(() => testDatabase.drop());
    nats = await connectNats({ url: server.url, name: 'spec', logger });
    closers.push(() => closeNats(nats));
    asks = new AskClient(nats);
    database = await configDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: '' }).initialize();
    closers.push(() => database.destroy());
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  /** Starts config; gives what stops it. */
  async function start(): Promise<() => Promise<void>> {
    const own: (() => unknown)[] = [];
    await startConfig({
      settings: loadSettings(configSettings, {
        NATS_URL: `nats://${nats.getServer()}`,
        DATABASE_URL: testDatabase.url,
        BOOTSTRAP_API_KEY: first.key,
      }),
      logger,
      onClose: (_, close) => void own.push(close),
    });
    return async () => {
      for (const close of own.reverse()) await close();
    };
  }

  const makeUser = async (fields: object = {}) =>
    asks.ask(createUser, {
      id: newId(),
      name: 'Ann',
      plan_type: 'plan_free',
      monthly_usage_limit_minutes: null,
      ...fields,
    });
  const makeKey = async (userId: string) => {
    const key = newApiKey();
    await asks.ask(createKey, {
      id: key.id,
      key_hash: key.hash,
      user_id: userId,
      name: 'k',
      scopes: ['read'],
      profile: 'seed',
      requests_per_minute: null,
      expires_at: null,
    });
    return key;
  };
  const lastUse = async (id: string) => {
    const [row] = await database.query<{ last_used_at: Date | null }[]>(
      'SELECT last_used_at FROM api_keys WHERE id = $1',
      [id],
    );
    return row?.last_used_at?.getTime() ?? null;
  };

  it('have plans with minutes, and minutes of their own', async () => {
    const stop = await start();
    const planOf = async (id: string) => asks.ask(getUserPlan, { user_id: id });
    const { id } = await makeUser();
    expect(await planOf(id)).toEqual({ plan_type: 'plan_free', monthly_usage_limit_minutes: 60 });
    await asks.ask(updateUser, { id, plan_type: 'plan_developer' });
    expect(await planOf(id)).toEqual({ plan_type: 'plan_developer', monthly_usage_limit_minutes: 1_000 });
    await asks.ask(updateUser, { id, monthly_usage_limit_minutes: 0 });
    expect(await planOf(id)).toEqual({ plan_type: 'plan_developer', monthly_usage_limit_minutes: 0 });
    await asks.ask(updateUser, { id, plan_type: 'plan_unlimited', monthly_usage_limit_minutes: null });
    expect(await planOf(id)).toEqual({ plan_type: 'plan_unlimited', monthly_usage_limit_minutes: null });
    expect(await codeOf(planOf(newId()))).toBe('USER.NOT_FOUND');
    expect(await codeOf(makeUser({ id }))).toBe('USER.EXISTS');
    await stop();
  });

  it('begin with one that may do everything', async () => {
    const stop = await start();
    const owner = await asks.ask(authenticate, { key_id: first.id, key_hash: first.hash });
    expect(owner).toMatchObject({ scopes: ['read', 'write', 'admin'], profile: 'latest', expires_at: null });
    expect(await asks.ask(getUser, { id: owner.user_id })).toMatchObject({ plan_type: 'plan_unlimited' });
    await stop();
  });

  it('tell of changes', async () => {
    const stop = await start();
    const key = await makeKey((await makeUser()).id);
    const notices = nats.subscribe(keysChangedSubject);
    await nats.flush();
    await asks.ask(revokeKey, { id: key.id });
    await eventually(() => expect(notices.getReceived()).toBe(1));
    notices.unsubscribe();
    expect(await codeOf(asks.ask(authenticate, { key_id: key.id, key_hash: key.hash }))).toBe('KEY.REFUSED');
    await stop();
  });

  it('know when a key was last used, once config has had the time, and write that once a minute', async () => {
    const stop = await start();
    const key = await makeKey((await makeUser()).id);
    await codeOf(asks.ask(authenticate, { key_id: key.id, key_hash: newApiKey().hash }));
    const before = Date.now();
    await asks.ask(authenticate, { key_id: key.id, key_hash: key.hash });
    expect(await lastUse(key.id)).toBeNull();
    await stop();
    const used = await lastUse(key.id);
    expect(used).toBeGreaterThanOrEqual(before);
    const keys = new KeyStore(database);
    await keys.noteUse(new Map([[key.id, Number(used) + 59_000]]));
    expect(await lastUse(key.id)).toBe(used);
    await keys.noteUse(
      new Map([
        [key.id, Number(used) + 60_000],
        [newId(), before],
      ]),
    );
    expect(await lastUse(key.id)).toBe(Number(used) + 60_000);
  });

  describe('from the setting', () => {
    it('are made once, however many start at the same time', async () => {
      const key = newApiKey();
      await Promise.all(Array.from({ length: 5 }, () => ensureFirstKey(database, key.key)));
      const rows: unknown[] = await database.query('SELECT 1 FROM api_keys WHERE id = $1', [key.id]);
      const users: unknown[] = await database.query("SELECT 1 FROM users WHERE name = 'first user'");
      expect([rows.length, users.length]).toEqual([1, 1]);
    });

    it('are refused, saying what to do, when they are other ones or were revoked', async () => {
      const key = newApiKey();
      await ensureFirstKey(database, key.key);
      const other = key.key.slice(0, -1) + (key.key.endsWith('A') ? 'B' : 'A');
      await expect(ensureFirstKey(database, other)).rejects.toMatchObject({
        code: 'KEY.OTHER',
        message: expect.stringMatching(/^BOOTSTRAP_API_KEY .*: set it to [^\n]*$/) as string,
      });
      await new KeyStore(database).revoke(key.id);
      await expect(ensureFirstKey(database, key.key)).rejects.toMatchObject({
        code: 'KEY.REVOKED',
        message: expect.stringMatching(/^BOOTSTRAP_API_KEY .*: set it to [^\n]*$/) as string,
      });
    });
  });

  it('from before there were scopes and plans may do all that they could', async () => {
    const fresh = await createTestDatabase();
    const older = configDatabase({ DATABASE_URL: fresh.url, SCHEMA_PREFIX: '' });
    await migrate(older);
    await older.initialize();
    const runner = older.createQueryRunner();
    const key = newApiKey();
    const userId = newId();
    const migration = new Keys1795305600000();
    await migration.down(runner);
    await runner.query("INSERT INTO users (id, name, created_at) VALUES ($1, 'old', now())", [userId]);
    await runner.query(
      "INSERT INTO api_keys (id, user_id, name, hash, created_at) VALUES ($1, $2, 'old', $3, now())",
      [key.id, userId, hashApiKey(key.key)],
    );
    await migration.up(runner);
    await runner.release();
    expect(await new KeyStore(older).authenticate(key.id, key.hash)).toMatchObject({
      scopes: ['read', 'write', 'admin'],
      profile: 'latest',
      expires_at: null,
    });
    const plans: unknown = await older.query('SELECT plan_type FROM users WHERE id = $1', [userId]);
    expect(plans).toEqual([{ plan_type: 'plan_unlimited' }]);
    await older.destroy();
    await fresh.drop();
  });
});
