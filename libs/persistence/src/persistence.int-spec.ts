import { newId } from '@parley/kernel';
import { createTestDatabase } from '@parley/testing';
import type { TestDatabase } from '@parley/testing';
import { MoreThan } from 'typeorm';
import type { DataSource } from 'typeorm';
import {
  ensurePartitions,
  isUniqueViolation,
  migrate,
  monthPartitions,
  pruneCommands,
  runOnce,
  TenantRepository,
} from './index';
import { thingsDataSource, ThingRow } from './testing/things';

describe('persistence', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase({ migrate: (url) => migrate(thingsDataSource(url)) });
    dataSource = await thingsDataSource(database.url).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  describe('migrate', () => {
    it('runs each migration once, though five start at once, and keeps to its schema', async () => {
      const sources = Array.from({ length: 5 }, () => thingsDataSource(database.url, 'spec_five'));
      const ran = await Promise.all(sources.map((source) => migrate(source)));
      expect(ran.flat()).toEqual(['CreateThings1760000000000']);
      expect(sources.every((source) => !source.isInitialized)).toBe(true);
      const tables = await dataSource.query<{ name: string }[]>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'spec_five' ORDER BY 1`,
      );
      expect(tables.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['commands', 'migrations', 'outbox', 'things']),
      );
      const strays = await dataSource.query<unknown[]>(
        `SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      expect(strays).toEqual([]);
    });

    it('can be undone', async () => {
      const source = await thingsDataSource(database.url, 'spec_undone').initialize();
      await migrate(source);
      await source.undoLastMigration();
      expect(await source.query(`SELECT to_regclass('things') AS found`)).toEqual([{ found: null }]);
      expect(source.isInitialized).toBe(true);
      await source.destroy();
    });

    it('gives up on a lock that another process keeps', async () => {
      const runner = dataSource.createQueryRunner();
      await runner.query(`SELECT pg_advisory_lock(hashtextextended('parley.migrate.spec_locked', 0))`);
      await expect(
        migrate(thingsDataSource(database.url, 'spec_locked'), { lockTimeoutMs: 20 }),
      ).rejects.toMatchObject({ code: 'MIGRATE.LOCKED' });
      await runner.query('SELECT pg_advisory_unlock_all()');
      await runner.release();
    });
  });

  describe('TenantRepository', () => {
    const [ada, ben] = [newId(), newId()];
    let things: TenantRepository<ThingRow>;
    beforeEach(() => {
      things = new TenantRepository(dataSource.manager, ThingRow);
    });

    it('reads, changes and deletes nothing of another user', async () => {
      const id = newId();
      await things.insert(ada, { id, name: 'hers', size: 1 });
      expect(await things.find(ben, id)).toBeUndefined();
      expect(await things.findBy(ben, { name: 'hers' })).toBeUndefined();
      expect(await things.list(ben, { limit: 10 })).toEqual([]);
      expect(await things.count(ben)).toBe(0);
      expect(await things.update(ben, id, { name: 'his' })).toBe(false);
      expect(await things.delete(ben, id)).toBe(false);
      expect(await things.find(ada, id)).toMatchObject({ userId: ada, id, name: 'hers', size: 1 });
      expect(await things.update(ada, id, { size: 2 })).toBe(true);
      expect((await things.find(ada, id))?.size).toBe(2);
      expect(await things.delete(ada, id)).toBe(true);
      expect(await things.find(ada, id)).toBeUndefined();
    });

    it('keeps to the user in conditions that were forged or are missing at run time', async () => {
      const user = newId();
      await things.insert(user, { id: newId(), name: 'mine', size: 1 });
      const forged = { userId: user } as unknown as { name: string };
      expect(await things.list(ben, { where: forged, limit: 10 })).toEqual([]);
      const missing = undefined as unknown as string;
      await expect(things.find(missing, newId())).rejects.toThrow(TypeError);
      await expect(things.find(user, missing)).rejects.toThrow(TypeError);
      expect(() => things.list(missing, { limit: 10 })).toThrow(TypeError);
      await expect(things.delete(user, missing)).rejects.toThrow(TypeError);
    });

    it('lists in order, by page, by any of several conditions', async () => {
      const user = newId();
      for (let size = 1; size <= 5; size += 1)
        await things.insert(user, { id: newId(), name: `n${size}`, size });
      const sizes = async (options: Parameters<typeof things.list>[1]): Promise<number[]> =>
        (await things.list(user, options)).map(({ size }) => size);
      expect(await sizes({ order: { id: 'DESC' }, limit: 2, offset: 1 })).toEqual([4, 3]);
      expect(await sizes({ where: { size: MoreThan(3) }, order: { id: 'ASC' }, limit: 9 })).toEqual([4, 5]);
      expect(
        await sizes({ where: [{ name: 'n1' }, { name: 'n5' }], order: { id: 'ASC' }, limit: 9 }),
      ).toEqual([1, 5]);
      expect(await things.count(user, { size: MoreThan(3) })).toBe(2);
    });

    it('finds those of several that the user has', async () => {
      const [user, mine, hers] = [newId(), newId(), newId()];
      await things.insert(user, { id: mine, name: 'mine', size: 1 });
      await things.insert(ada, { id: hers, name: 'hers', size: 1 });
      const found = await things.findMany(user, [mine, hers, newId(), mine.toUpperCase()]);
      expect(found.map(({ id }) => id)).toEqual([mine]);
      expect(await things.findMany(user, [])).toEqual([]);
      const missing = undefined as unknown as string;
      await expect(things.findMany(missing, [mine])).rejects.toThrow(TypeError);
    });

    it('makes several rows or none, all of one user', async () => {
      const user = newId();
      const row = (name: string) => ({ id: newId(), name, size: 1 });
      const forged = { ...row('b'), userId: ada } as unknown as ReturnType<typeof row>;
      await things.insertMany(user, [row('a'), forged]);
      expect(await things.count(user)).toBe(2);
      const twice = row('c');
      await expect(things.insertMany(user, [row('d'), twice, twice])).rejects.toThrow();
      expect(await things.count(user)).toBe(2);
    });

    it('gives every statement its user, and runs none that does not ask for it', async () => {
      const user = newId();
      await things.insert(user, { id: newId(), name: 'mine', size: 7 });
      const sql = 'SELECT size FROM things WHERE user_id = $1 AND name = $2';
      expect(await things.query(user, sql, ['mine'])).toEqual([{ size: 7 }]);
      expect(await things.query(ada, sql, ['mine'])).toEqual([]);
      await expect(things.query(user, 'SELECT size FROM things')).rejects.toThrow();
      expect(() => things.query(undefined as unknown as string, sql, ['mine'])).toThrow(TypeError);
    });

    it('tells of a row that exists', async () => {
      const row = { id: newId(), name: 'twice', size: 1 };
      await things.insert(ada, row);
      const error: unknown = await things.insert(ada, row).catch((e: unknown) => e);
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'another_constraint')).toBe(false);
    });

    it('takes part in the transaction whose manager it got, and locks in it', async () => {
      const id = newId();
      await expect(
        dataSource.transaction(async (manager) => {
          const inside = new TenantRepository(manager, ThingRow);
          await inside.insert(ada, { id, name: 'gone', size: 1 });
          expect(await inside.lock(ada, id)).toMatchObject({ name: 'gone' });
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      expect(await things.find(ada, id)).toBeUndefined();
      await expect(things.lock(ada, id)).rejects.toThrow();
    });

    it('has a named statement planned once by a connection', async () => {
      const id = newId();
      await things.insert(ada, { id, name: 'planned', size: 1 });
      const text = 'SELECT name FROM things WHERE user_id = $1 AND id = $2';
      await dataSource.transaction(async (manager) => {
        const inside = new TenantRepository(manager, ThingRow);
        const read = (userId: string) => inside.query(userId, { name: 'name-of-thing', text }, [id]);
        expect(await read(ada)).toEqual([{ name: 'planned' }]);
        expect(await read(ben)).toEqual([]);
        expect(await manager.query('SELECT name, statement FROM pg_prepared_statements')).toEqual([
          { name: 'name-of-thing', statement: text },
        ]);
      });
    });

    it('does not compile without the user id, or with another one among the conditions', () => {
      const uncompilable = (): unknown[] => [
        // @ts-expect-error the user id is missing
        things.find(newId()),
        // @ts-expect-error the user id is missing
        things.list({ limit: 1 }),
        // @ts-expect-error the user id is missing
        things.findMany([newId()]),
        // @ts-expect-error the user id is missing
        things.insertMany([{ id: newId(), name: '', size: 1 }]),
        // @ts-expect-error the user id is not a condition
        things.findBy(ada, { userId: ben }),
        // @ts-expect-error a row does not change hands
        things.update(ada, newId(), { userId: ben }),
        // @ts-expect-error the user id comes first, not in the row
        things.insert(ada, { userId: ben, id: newId(), name: '', size: 1 }),
      ];
      expect(uncompilable).toBeInstanceOf(Function);
    });
  });

  describe('runOnce', () => {
    const insertThing =
      (userId: string) =>
      async (manager: DataSource['manager']): Promise<{ id: string }> => {
        const id = newId();
        await new TenantRepository(manager, ThingRow).insert(userId, { id, name: 'once', size: 1 });
        return { id };
      };
    const count = (userId: string): Promise<number> =>
      new TenantRepository(dataSource.manager, ThingRow).count(userId);

    it('has one effect under 20 equal commands at once; the others conflict or get its answer', async () => {
      const userId = newId();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () =>
          runOnce(dataSource.manager, userId, 'command-1', insertThing(userId)),
        ),
      );
      expect(await count(userId)).toBe(1);
      const ids = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
      expect(ids.length).toBeGreaterThanOrEqual(1);
      expect(new Set(ids).size).toBe(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'COMMAND.IN_FLIGHT' });
      }
      const repeats = await Promise.all(
        Array.from({ length: 20 }, () =>
          runOnce(dataSource.manager, userId, 'command-1', insertThing(userId)),
        ),
      );
      expect(new Set(repeats.map(({ id }) => id))).toEqual(new Set(ids));
    });

    it('says conflict while the first is under way', async () => {
      const userId = newId();
      let release = (): void => undefined;
      let entered = (): void => undefined;
      const inside = new Promise<void>((resolve) => (entered = resolve));
      const first = runOnce(dataSource.manager, userId, 'slow', async () => {
        entered();
        await new Promise<void>((resolve) => (release = resolve));
        return 1;
      });
      await inside;
      await expect(
        runOnce(dataSource.manager, userId, 'slow', () => Promise.resolve(2)),
      ).rejects.toMatchObject({
        kind: 'conflict',
        code: 'COMMAND.IN_FLIGHT',
      });
      release();
      expect(await first).toBe(1);
      expect(await runOnce(dataSource.manager, userId, 'slow', () => Promise.resolve(2))).toBe(1);
    });

    it('keeps nothing of a command that failed, and runs its repeat', async () => {
      const userId = newId();
      const broken = runOnce(dataSource.manager, userId, 'c', async (manager) => {
        await insertThing(userId)(manager);
        throw new Error('half way');
      });
      await expect(broken).rejects.toThrow('half way');
      expect(await count(userId)).toBe(0);
      await runOnce(dataSource.manager, userId, 'c', insertThing(userId));
      expect(await count(userId)).toBe(1);
    });

    it('joins the transaction it is called in', async () => {
      const userId = newId();
      await expect(
        dataSource.transaction(async (manager) => {
          await runOnce(manager, userId, 'c', insertThing(userId));
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      expect(await count(userId)).toBe(0);
      await expect(runOnce(dataSource.manager, userId, 'c', () => Promise.resolve('ran'))).resolves.toBe(
        'ran',
      );
    });

    it('keeps users apart, and refuses an id for another command', async () => {
      const [one, two] = [newId(), newId()];
      expect(await runOnce(dataSource.manager, one, 'c', () => Promise.resolve(1), { name: 'a' })).toBe(1);
      expect(await runOnce(dataSource.manager, two, 'c', () => Promise.resolve(2), { name: 'a' })).toBe(2);
      await expect(
        runOnce(dataSource.manager, one, 'c', () => Promise.resolve(3), { name: 'b' }),
      ).rejects.toMatchObject({ code: 'COMMAND.REUSED' });
    });

    it('forgets old commands', async () => {
      const userId = newId();
      await runOnce(dataSource.manager, userId, 'c', () => Promise.resolve(1));
      expect(await pruneCommands(dataSource.manager, 3_600_000)).toBe(0);
      await dataSource.query(
        `UPDATE commands SET created_at = now() - interval '2 hours' WHERE user_id = $1`,
        [userId],
      );
      expect(await pruneCommands(dataSource.manager, 3_600_000)).toBe(1);
      expect(await runOnce(dataSource.manager, userId, 'c', () => Promise.resolve(2))).toBe(2);
    });

    it('refuses a repeat that asks for something else, without running it', async () => {
      const userId = newId();
      const run = (fingerprint: string | null) =>
        runOnce(dataSource.manager, userId, 'c', insertThing(userId), { name: 'a', fingerprint });
      await run('one');
      await expect(run('two')).rejects.toMatchObject({ kind: 'conflict', code: 'COMMAND.OTHER_BODY' });
      await run('one');
      await run(null);
      expect(await count(userId)).toBe(1);
    });

    it('takes a command that was recorded without a fingerprint for any', async () => {
      const userId = newId();
      await runOnce(dataSource.manager, userId, 'c', () => Promise.resolve(1));
      const again = runOnce(dataSource.manager, userId, 'c', () => Promise.resolve(2), { fingerprint: 'x' });
      expect(await again).toBe(1);
    });
  });

  describe('ensurePartitions', () => {
    it('makes the missing months once, and rows find theirs', async () => {
      const nowMs = Date.now();
      const created = await ensurePartitions(dataSource.manager, 'things', 2, nowMs);
      expect(created).toHaveLength(3);
      expect(await ensurePartitions(dataSource.manager, 'things', 2, nowMs)).toEqual([]);
      const next = monthPartitions('things', nowMs, 2)[1]!;
      const userId = newId();
      const id = next.fromId;
      await new TenantRepository(dataSource.manager, ThingRow).insert(userId, {
        id,
        name: 'next month',
        size: 1,
      });
      const rows = await dataSource.query<unknown[]>(`SELECT 1 FROM "${next.name}" WHERE user_id = $1`, [
        userId,
      ]);
      expect(rows).toHaveLength(1);
    });

    it('are made once by processes that start in the same moment', async () => {
      const inYears = Date.UTC(2090, 0);
      const made = await Promise.all(
        Array.from({ length: 8 }, () => ensurePartitions(dataSource.manager, 'things', 2, inYears)),
      );
      expect(made.flat().length).toBeGreaterThanOrEqual(4);
      expect(await ensurePartitions(dataSource.manager, 'things', 2, inYears)).toEqual([]);
    });

    it('moves what a default partition took before its month’s was there', async () => {
      const nowMs = Date.UTC(2095, 0);
      const month = monthPartitions('things', nowMs, 3)[2]!;
      const userId = newId();
      const things = new TenantRepository(dataSource.manager, ThingRow);
      await dataSource.query('CREATE TABLE things_other PARTITION OF things DEFAULT');
      await things.insert(userId, { id: month.fromId, name: 'early', size: 1 });
      await things.insert(userId, { id: month.toId, name: 'later still', size: 1 });
      expect(await ensurePartitions(dataSource.manager, 'things', 2, nowMs)).toContain(month.name);
      const where = 'SELECT tableoid::regclass::text AS place FROM things WHERE user_id = $1 ORDER BY id';
      expect(await dataSource.query(where, [userId])).toEqual([
        { place: month.name },
        { place: 'things_other' },
      ]);
      await things.insert(userId, { id: newId(), name: 'now', size: 1 });
      expect(await things.count(userId)).toBe(3);
    });
  });
});
