import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId } from '@parley/kernel';
import { migrate, runOnce } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import { createTestDatabase, eventually } from '@parley/testing';
import type { TestDatabase } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { configDatabase } from './database';
import { columnsWithoutSecrets, sealedColumns } from './reseal-columns';

const entry = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const oldBox = SecretBox.fromKeys(entry('k1', 1));
const newBox = SecretBox.fromKeys(entry('k2', 2));
const userId = newId();

const binding = (resource: string, id: string, field: string) => ({ userId, resource, id, field });
const documents = [
  ['voices', 'api_key', (sealed: string) => ({ type: 'voice_play_ht', api_key: sealed })],
  [
    'actions',
    'signature_secret',
    (sealed: string) => ({ type: 'action_external', config: { name: 'n', signature_secret: sealed } }),
  ],
  [
    'vector_databases',
    'api_key',
    (sealed: string) => ({ type: 'vector_database_pinecone', api_key: sealed }),
  ],
] as const;

describe('reseal of config', () => {
  let testDatabase: TestDatabase;
  let database: DataSource;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: (url) => migrate(configDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
    });
    database = await configDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' }).initialize();
    await database.query(`INSERT INTO users (id, name, created_at) VALUES ($1, 'u', now())`, [userId]);
  });

  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  /** The program itself, as an operator runs it. */
  function start(args: readonly string[] = [], keys = `${entry('k2', 2)},${entry('k1', 1)}`) {
    const runner = join(__dirname, '../../../libs/testing/src/run-typescript.cjs');
    const child = spawn(process.execPath, [runner, join(__dirname, 'reseal.ts'), ...args], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: testDatabase.url,
        SCHEMA_PREFIX: 'p_',
        SECRETS_KEYS: keys,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
    const done = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
    return { child, done };
  }

  async function insert(table: string, id: string, params: object): Promise<void> {
    await database.query(
      `INSERT INTO ${table} (user_id, id, params, version, created_at, updated_at)
       VALUES ($1, $2, $3::jsonb, 1, now(), now())`,
      [userId, id, JSON.stringify(params)],
    );
  }

  const insertVoice = (id: string) =>
    insert('voices', id, {
      type: 'voice_play_ht',
      api_key: oldBox.seal(id, binding('voices', id, 'api_key')),
    });

  async function paramsOf(table: string, id: string): Promise<string> {
    const rows = await database.query<{ params: unknown }[]>(`SELECT params FROM ${table} WHERE id = $1`, [
      id,
    ]);
    return JSON.stringify(rows[0]?.params);
  }

  const sealedIn = (json: string) => /"(v1:[^"]*)"/.exec(json)?.[1] ?? '';

  it('says of every column of documents whether secrets rest in it', async () => {
    const rows = await database.query<{ name: string }[]>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND data_type IN ('json', 'jsonb')`,
    );
    const said = [
      ...sealedColumns.map(({ table, column }) => `${table}.${column}`),
      ...columnsWithoutSecrets,
    ];
    expect(said.sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('reaches every kind of secret, in its row and in the answers that are kept', async () => {
    const stored: [string, string, string][] = [];
    for (const [table, field, paramsWith] of documents) {
      const id = newId();
      const params = paramsWith(oldBox.seal(table, binding(table, id, field)));
      await insert(table, id, params);
      await runOnce(database.manager, userId, id, () =>
        Promise.resolve({ items: [{ ...params, id, user_id: userId }] }),
      );
      stored.push([table, id, field]);
    }
    for (const [type, field] of [
      ['account_connection_twilio', 'twilio_auth_token'],
      ['account_connection_openai', 'openai_api_key'],
    ] as const) {
      const id = newId();
      const sealed = oldBox.seal('account_connections', binding('account_connections', id, field));
      await database.query(
        `INSERT INTO account_connections
           (user_id, id, type, params, steering_pool, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4::jsonb, '{}', 1, now(), now())`,
        [userId, id, type, JSON.stringify({ type, credentials: { [field]: sealed } })],
      );
      stored.push(['account_connections', id, field]);
    }
    expect(await start(['--check']).done).toEqual({
      code: 1,
      stdout: 'config: 8 secrets seen, 8 still under an old key (k1 8), 0 could not be opened\n',
      stderr: '',
    });
    expect(await start().done).toEqual({
      code: 0,
      stdout: 'config: 8 secrets seen, 8 resealed, 0 still under an old key, 0 could not be opened\n',
      stderr: '',
    });
    for (const [table, id, field] of stored)
      expect(newBox.open(sealedIn(await paramsOf(table, id)), binding(table, id, field))).toBe(table);
    for (const [table, id, field] of stored.slice(0, 3)) {
      const [row] = await database.query<{ result: unknown }[]>(
        'SELECT result FROM commands WHERE command_id = $1',
        [id],
      );
      expect(newBox.open(sealedIn(JSON.stringify(row?.result)), binding(table, id, field))).toBe(table);
    }
    expect((await start(['--check'], entry('k2', 2)).done).code).toBe(0);
  });

  it('goes on where it was killed', async () => {
    const ids = Array.from({ length: 1_200 }, () => newId()).sort();
    await Promise.all(ids.map(insertVoice));
    const holder = database.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT 1 FROM voices WHERE id = $1 FOR UPDATE', [ids[700]]);
    const first = start();
    await eventually(
      async () => {
        const waiting = await database.query<unknown[]>(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE voices%'
             AND datname = current_database()`,
        );
        expect(waiting).toHaveLength(1);
      },
      { timeoutMs: 15_000 },
    );
    first.child.kill('SIGKILL');
    await first.done;
    await holder.rollbackTransaction();
    await holder.release();
    const check = await start(['--check']).done;
    const left = Number(/(\d+) still under an old key/.exec(check.stdout)?.[1]);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1_200);
    const second = await start().done;
    expect(second.code).toBe(0);
    expect(Number(/(\d+) resealed/.exec(second.stdout)?.[1])).toBeLessThanOrEqual(left);
    for (const id of [ids[0]!, ids[700]!, ids[1_199]!])
      expect(newBox.open(sealedIn(await paramsOf('voices', id)), binding('voices', id, 'api_key'))).toBe(id);
  });

  it('names what it cannot open, says so by its exit code, and prints no secret', async () => {
    const id = newId();
    const sealed = SecretBox.fromKeys(entry('k0', 9)).seal('lost', binding('voices', id, 'api_key'));
    await insert('voices', id, { type: 'voice_play_ht', api_key: sealed });
    const { code, stdout, stderr } = await start().done;
    expect(code).toBe(1);
    expect(stdout).toContain('1 still under an old key (k0 1), 1 could not be opened');
    expect(stderr).toBe(`voices ${userId} ${id}: api_key, key k0, SECRETS.UNKNOWN_KEY\n`);
    expect(await paramsOf('voices', id)).toContain(sealed);
  });

  it('says which setting is wrong', async () => {
    const { code, stderr } = await start([], 'k1:short').done;
    expect(code).toBe(1);
    expect(stderr).toContain('SECRETS_KEYS is wrong');
  });
});
