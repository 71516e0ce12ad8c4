import 'reflect-metadata';
import { newId } from '@parley/kernel';
import { SecretBox } from '@parley/secrets';
import { createTestDatabase, eventually } from '@parley/testing';
import type { DataSource, QueryRunner } from 'typeorm';
import { createDataSource } from './data-source';
import { reseal } from './reseal';
import type { ResealResult } from './reseal';
import type { SealedColumn } from './sealed-columns';

const entry = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const oldBox = SecretBox.fromKeys(entry('k1', 1));
const newBox = SecretBox.fromKeys(entry('k2', 2));
const secrets = SecretBox.fromKeys(`${entry('k2', 2)},${entry('k1', 1)}`);
const lostBox = SecretBox.fromKeys(entry('k0', 9));

const columns: readonly SealedColumn[] = [
  { table: 'documents', column: 'body', key: { user_id: 'uuid', id: 'uuid' } },
];
const bindingOf = (userId: string, id: string) => ({ userId, resource: 'voices', id, field: 'api_key' });

interface Voice {
  readonly type: string;
  readonly pitch: number;
  readonly api_key: string | null;
}

describe('reseal', () => {
  const closers: (() => unknown)[] = [];
  const userId = newId();
  let database: DataSource;
  let other: QueryRunner;
  let notes: string[];

  beforeAll(async () => {
    const testDatabase = await createTestDatabase();
    closers.push(() => testDatabase.drop());
    const options = { url: testDatabase.url, schema: 'spec_reseal', entities: [], migrations: [] };
    database = await createDataSource({ ...options, poolSize: 16 }).initialize();
    closers.push(() => database.destroy());
    await database.query('CREATE SCHEMA spec_reseal');
    await database.query(
      'CREATE TABLE documents (user_id uuid, id uuid, body jsonb NOT NULL, PRIMARY KEY (user_id, id))',
    );
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  beforeEach(() => {
    notes = [];
    other = database.createQueryRunner();
  });

  afterEach(async () => {
    if (other.isTransactionActive) await other.rollbackTransaction();
    await other.release();
    await database.query('DELETE FROM documents');
  });

  function run(changes: { check?: boolean; batchRows?: number } = {}): Promise<ResealResult> {
    const note = (line: string) => void notes.push(line);
    return reseal({ service: 'spec', database, columns, secrets, check: false, note, ...changes });
  }

  async function store(box: SecretBox | null, plain = 'xi', owner = userId): Promise<string> {
    const id = newId();
    const api_key = box?.seal(plain, bindingOf(owner, id)) ?? null;
    const body = { type: 'voice_eleven_labs', pitch: 0.1, api_key };
    await database.query('INSERT INTO documents VALUES ($1, $2, $3::jsonb)', [
      owner,
      id,
      JSON.stringify(body),
    ]);
    return id;
  }

  async function read(id: string): Promise<Voice> {
    const rows = await database.query<{ body: Voice }[]>('SELECT body FROM documents WHERE id = $1', [id]);
    return rows[0]!.body;
  }

  const openedByNewKey = async (id: string, owner = userId) =>
    newBox.openIfPossible((await read(id)).api_key ?? '', bindingOf(owner, id));

  /** Resolves when a statement of the reseal waits for a row that somebody else holds. */
  const untilItWaits = () =>
    eventually(async () => {
      const rows = await database.query<unknown[]>(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE documents%'
           AND datname = current_database()`,
      );
      expect(rows).toHaveLength(1);
    });

  it('goes through all rows in batches, moves old secrets over and leaves the rest alone', async () => {
    const others = newId();
    const old = await Promise.all(Array.from({ length: 23 }, (_, n) => store(oldBox, `old ${n}`)));
    const theirs = await store(oldBox, 'theirs', others);
    const current = await store(newBox, 'current');
    const none = await store(null);
    const before = await read(current);
    const { summary, isClean } = await run({ batchRows: 5 });
    expect({ summary, isClean }).toEqual({
      summary: 'spec: 25 secrets seen, 24 resealed, 0 still under an old key, 0 could not be opened',
      isClean: true,
    });
    expect(await Promise.all(old.map((id) => openedByNewKey(id)))).toEqual(old.map((_, n) => `old ${n}`));
    expect(await openedByNewKey(theirs, others)).toBe('theirs');
    expect(await read(current)).toEqual(before);
    expect(await read(none)).toEqual({ type: 'voice_eleven_labs', pitch: 0.1, api_key: null });
    expect((await run()).summary).toContain('25 secrets seen, 0 resealed');
  });

  it('only counts, key by key, when it is to check', async () => {
    await store(newBox);
    const id = await store(oldBox);
    const before = await read(id);
    expect(await run({ check: true })).toEqual({
      summary: 'spec: 2 secrets seen, 1 still under an old key (k1 1), 0 could not be opened',
      isClean: false,
    });
    expect(await read(id)).toEqual(before);
    await run();
    expect(await run({ check: true })).toEqual({
      summary: 'spec: 2 secrets seen, 0 still under an old key, 0 could not be opened',
      isClean: true,
    });
  });

  it('keeps what it cannot open, names it, and goes on with the rest', async () => {
    const lost = await store(lostBox);
    const fine = await store(oldBox);
    const before = await read(lost);
    expect(await run()).toEqual({
      summary: 'spec: 2 secrets seen, 1 resealed, 1 still under an old key (k0 1), 1 could not be opened',
      isClean: false,
    });
    expect(await read(lost)).toEqual(before);
    expect(await openedByNewKey(fine)).toBe('xi');
    expect(notes).toEqual([`documents ${userId} ${lost}: api_key, key k0, SECRETS.UNKNOWN_KEY`]);
  });

  it('lets a text pass that a client wrote to look like a secret of ours', async () => {
    const id = newId();
    const text = lostBox.seal('x', bindingOf(userId, id));
    const body = JSON.stringify({ content: text, example_context: { type: 'voice_azure', api_key: text } });
    await database.query('INSERT INTO documents VALUES ($1, $2, $3::jsonb)', [userId, id, body]);
    const { summary, isClean } = await run();
    expect(isClean).toBe(true);
    expect(summary).toContain('0 could not be opened, 2 texts');
    expect(JSON.stringify(await read(id))).toContain(text);
  });

  it('does not undo a writer who replaced the secret meanwhile, and reseals what that one wrote', async () => {
    const id = await store(oldBox, 'first');
    await other.startTransaction();
    await other.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [id]);
    const running = run();
    await untilItWaits();
    const second = oldBox.seal('second', bindingOf(userId, id));
    await other.query(
      `UPDATE documents SET body = body || jsonb_build_object('api_key', $2::text, 'pitch', 7) WHERE id = $1`,
      [id, second],
    );
    await other.commitTransaction();
    expect((await running).isClean).toBe(true);
    expect(await openedByNewKey(id)).toBe('second');
    expect((await read(id)).pitch).toBe(7);
  });

  it('keeps what a writer changed beside the secret', async () => {
    const id = await store(oldBox);
    await other.startTransaction();
    await other.query(`UPDATE documents SET body = body || '{"pitch": 7}' WHERE id = $1`, [id]);
    const running = run();
    await untilItWaits();
    await other.commitTransaction();
    expect((await running).summary).toContain('1 resealed');
    expect(await openedByNewKey(id)).toBe('xi');
    expect((await read(id)).pitch).toBe(7);
  });

  it('takes it for nothing when the row is deleted meanwhile', async () => {
    const id = await store(oldBox);
    await other.startTransaction();
    await other.query('DELETE FROM documents WHERE id = $1', [id]);
    const running = run();
    await untilItWaits();
    await other.commitTransaction();
    expect(await running).toMatchObject({ isClean: true });
  });

  it('finds in a later pass what was stored behind it', async () => {
    const last = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    const held = await store(oldBox, 'held', last);
    await other.startTransaction();
    await other.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [held]);
    const running = run({ batchRows: 1 });
    await untilItWaits();
    const behind = await store(oldBox, 'behind');
    await other.commitTransaction();
    expect((await running).summary).toContain('2 resealed');
    expect(await openedByNewKey(behind)).toBe('behind');
  });

  it('loses no update to writers that change the same rows all the time', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => store(oldBox, 'v0')));
    let isOver = false;
    const writer = async (ids: readonly string[]) => {
      let round = 0;
      while (!isOver || round < 5) {
        round += 1;
        for (const id of ids) {
          // As the services write: the whole document, read under the row's lock.
          await database.transaction(async (manager) => {
            const sql = 'SELECT body FROM documents WHERE id = $1 FOR UPDATE';
            const [row] = await manager.query<{ body: Voice }[]>(sql, [id]);
            const { body } = row!;
            expect(secrets.open(body.api_key ?? '', bindingOf(userId, id))).toBe(`v${round - 1}`);
            const api_key = oldBox.seal(`v${round}`, bindingOf(userId, id));
            const changed = JSON.stringify({ ...body, pitch: round, api_key });
            await manager.query('UPDATE documents SET body = $2::jsonb WHERE id = $1', [id, changed]);
          });
        }
      }
      return round;
    };
    const writers = [ids.slice(0, 20), ids.slice(20)].map((own) => writer(own));
    await run({ batchRows: 7 });
    isOver = true;
    const rounds = await Promise.all(writers);
    expect((await run()).isClean).toBe(true);
    const after = await Promise.all(
      ids.map(async (id) => [(await read(id)).pitch, await openedByNewKey(id)]),
    );
    expect(after).toEqual(ids.map((_, n) => [rounds[n < 20 ? 0 : 1], `v${rounds[n < 20 ? 0 : 1]}`]));
  });
});
