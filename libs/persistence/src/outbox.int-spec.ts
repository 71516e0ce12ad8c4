import { fork } from 'node:child_process';
import { newId, SystemClock } from '@parley/kernel';
import {
  closeNats,
  connectNats,
  ensureStreams,
  natsRelayHints,
  OutboxRelay,
  Teller,
} from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createTestDatabase, eventually, RecordingLogger, testNats } from '@parley/testing';
import type { TestDatabase, TestNats } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { migrate, PostgresOutboxStore, runOnce, writeOutbox } from './index';
import { thingsDataSource } from './testing/things';

describe('the outbox, from the transaction to the stream', () => {
  let template: TestDatabase;
  let database: TestDatabase;
  let dataSource: DataSource;
  let server: TestNats;
  let nats: NatsConnection;
  let logger: RecordingLogger;
  let relays: OutboxRelay[] = [];

  beforeAll(async () => {
    template = await createTestDatabase({ migrate: (url) => migrate(thingsDataSource(url)) });
  });
  afterAll(() => template.drop());
  beforeEach(async () => {
    logger = new RecordingLogger();
    [database, server] = await Promise.all([template.clone(), testNats()]);
    dataSource = await thingsDataSource(database.url).initialize();
    nats = await connectNats({ url: server.url, name: 'spec', logger, reconnectDelayMs: 20 });
    await ensureStreams(nats, { maxBytes: 16 * 1024 * 1024 });
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.close()));
    relays = [];
    await closeNats(nats, 500);
    await dataSource.destroy();
    await Promise.all([database.drop(), server.close()]);
  });

  const startRelay = (source = dataSource): OutboxRelay => {
    const relay = new OutboxRelay({
      store: new PostgresOutboxStore(source),
      teller: new Teller(nats, { ackTimeoutMs: 500 }),
      clock: new SystemClock(),
      logger,
      hints: natsRelayHints(nats, 'spec'),
    });
    relays.push(relay);
    relay.start();
    return relay;
  };
  const write = (n: number, id = newId()): Promise<void> =>
    dataSource.transaction((manager) => writeOutbox(manager, { id, subject: 'events.v1.u', payload: { n } }));
  const published = async (): Promise<number[]> => {
    const manager = await nats.jetstreamManager();
    const { state } = await manager.streams.info('CALL_EVENTS');
    const numbers: number[] = [];
    for (let seq = 1; seq <= state.messages; seq += 1) {
      numbers.push((await manager.streams.getMessage('CALL_EVENTS', { seq })).json<{ n: number }>().n);
    }
    return numbers;
  };
  const unpublished = async (): Promise<number> => {
    const rows = await dataSource.query<{ n: number }[]>(
      'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
    );
    return rows[0]!.n;
  };
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

  it('writes only in a transaction, and nothing of one that is rolled back', async () => {
    const message = { id: newId(), subject: 'events.v1.u', payload: { n: 1 } };
    await expect(writeOutbox(dataSource.manager, message)).rejects.toMatchObject({
      code: 'OUTBOX.NO_TRANSACTION',
    });
    const undone = dataSource.transaction(async (manager) => {
      await writeOutbox(manager, message);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await dataSource.query('SELECT 1 FROM outbox')).toEqual([]);
  });

  it('takes messages from within a command', async () => {
    await runOnce(dataSource.manager, newId(), 'c', (manager) =>
      writeOutbox(manager, ...upTo(3).map((n) => ({ id: newId(), subject: 'events.v1.u', payload: { n } }))),
    );
    startRelay();
    await eventually(async () => expect(await published()).toEqual([1, 2, 3]));
    await eventually(async () => expect(await unpublished()).toBe(0));
  });

  it('publishes what a process committed before it died', async () => {
    const child = fork(require.resolve('./testing/commit-and-die.cjs'), [database.url], { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
    startRelay();
    // The child was killed with one transaction committed and one open.
    await eventually(async () => expect(await published()).toEqual([1]));
    expect(await unpublished()).toBe(0);
  });

  it('publishes once what was published but not marked', async () => {
    const id = newId();
    await write(1, id);
    await new Teller(nats).tell('events.v1.u', id, { n: 1 });
    startRelay();
    await eventually(async () => expect(await unpublished()).toBe(0));
    expect(await published()).toEqual([1]);
  });

  it('has one leader of two, keeps the order, and goes on with the other when the first loses its connection', async () => {
    const otherSource = await thingsDataSource(database.url).initialize();
    startRelay();
    startRelay(otherSource);
    for (let n = 1; n <= 50; n += 1) {
      await write(n);
      // Whoever leads is thrown out twice on the way.
      if (n === 20 || n === 35) {
        await dataSource.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
      }
      for (const relay of relays) relay.wake();
    }
    await eventually(async () => expect(await published()).toEqual(upTo(50)), { timeoutMs: 10_000 });
    const locks = await dataSource.query<unknown[]>(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(locks).toHaveLength(1);
    await Promise.all(relays.map((relay) => relay.close()));
    await otherSource.destroy();
  });

  it('waits while NATS is away, and then publishes all, in order', async () => {
    const relay = startRelay();
    await write(1);
    relay.wake();
    await eventually(async () => expect(await published()).toEqual([1]));
    await server.kill();
    for (const n of [2, 3, 4]) await write(n);
    relay.wake();
    await eventually(() => expect(logger.messages('warn')).toContain('outbox stopped; trying again'));
    await server.start();
    await eventually(async () => expect(await published()).toEqual([1, 2, 3, 4]), { timeoutMs: 15_000 });
    expect(logger.messages('warn').filter((message) => message.startsWith('outbox'))).toHaveLength(1);
  }, 30_000);

  it('publishes the row of a slow transaction though later ones went before it', async () => {
    startRelay();
    const slow = dataSource.createQueryRunner();
    await slow.startTransaction();
    await writeOutbox(slow.manager, { id: newId(), subject: 'events.v1.u', payload: { n: 1 } });
    await write(2);
    await eventually(async () => expect(await published()).toEqual([2]));
    await slow.commitTransaction();
    await slow.release();
    await eventually(async () => expect(await published()).toEqual([2, 1]));
  });

  it('prunes what was published long ago, and nothing that was not', async () => {
    await write(1);
    await write(2);
    await dataSource.query(
      `UPDATE outbox SET published_at = now() - interval '2 days' WHERE payload->>'n' = '1'`,
    );
    const leadership = await new PostgresOutboxStore(dataSource).lead();
    expect(await leadership?.prune(24 * 3_600_000, 10)).toBe(1);
    await leadership?.release();
    expect(await unpublished()).toBe(1);
  });
});
