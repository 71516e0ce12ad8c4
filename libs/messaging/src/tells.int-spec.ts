import { eventually, RecordingLogger, testNats } from '@parley/testing';
import type { TestNats } from '@parley/testing';
import { DiscardPolicy } from 'nats';
import type { NatsConnection } from 'nats';
import { closeNats, connectNats, consume, ensureStreams, Teller } from './index';
import type { ConsumeOptions, Consumption, Outcome, Told } from './index';

describe('tells over JetStream', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let teller: Teller;
  let logger: RecordingLogger;
  let consumptions: Consumption[] = [];

  beforeEach(async () => {
    logger = new RecordingLogger();
    server = await testNats();
    nats = await connectNats({ url: server.url, name: 'spec', logger, reconnectDelayMs: 20 });
    await ensureStreams(nats, { maxBytes: 16 * 1024 * 1024 });
    teller = new Teller(nats);
  });
  afterEach(async () => {
    await Promise.all(consumptions.map((consumption) => consumption.close()));
    consumptions = [];
    await closeNats(nats, 500);
    await server.close();
  });

  const start = (
    handler: (messages: readonly Told[]) => readonly Outcome[] | Promise<readonly Outcome[]>,
    options: Partial<ConsumeOptions> = {},
  ): Consumption => {
    const consumption = consume({
      nats,
      logger,
      stream: 'CALL_FACTS',
      durable: 'spec',
      handler: async (messages) => handler(messages),
      ...options,
    });
    consumptions.push(consumption);
    return consumption;
  };
  const ackAll = (messages: readonly Told[]): Outcome[] => messages.map(() => 'ack');
  const pending = async (): Promise<number> => {
    const { num_pending, num_ack_pending } = await (
      await nats.jetstreamManager()
    ).consumers.info('CALL_FACTS', 'spec');
    return num_pending + num_ack_pending;
  };
  const deadLetters = async (): Promise<{ reason: string; seq: string; data: string }[]> => {
    const manager = await nats.jetstreamManager();
    const { state } = await manager.streams.info('DEAD_LETTERS');
    const letters = [];
    for (let seq = 1; seq <= state.messages; seq += 1) {
      const message = await manager.streams.getMessage('DEAD_LETTERS', { seq });
      const get = (name: string): string => message.header.get(name);
      letters.push({
        reason: get('Parley-Dead-Reason'),
        seq: get('Parley-Dead-Seq'),
        data: new TextDecoder().decode(message.data),
      });
    }
    return letters;
  };

  it('sets streams up again without harm, and mends one that differs', async () => {
    const manager = await nats.jetstreamManager();
    await manager.streams.update('CALL_FACTS', { discard: DiscardPolicy.Old, max_bytes: 1_000_000 });
    await teller.tell('facts.v1.a', 'a-1', {});
    await Promise.all([1, 2, 3].map(() => ensureStreams(nats, { maxBytes: 16 * 1024 * 1024 })));
    const { config, state } = await manager.streams.info('CALL_FACTS');
    expect(config).toMatchObject({ discard: 'new', max_bytes: 16 * 1024 * 1024, subjects: ['facts.v1.>'] });
    expect(state.messages).toBe(1);
  });

  it('stores a message id once', async () => {
    const first = await teller.tell('facts.v1.a', 'a-1', { n: 1 });
    const second = await teller.tell('facts.v1.a', 'a-1', { n: 1 });
    expect([first.duplicate, second.duplicate]).toEqual([false, true]);
    expect(second.seq).toBe(first.seq);
  });

  it('rejects when no stream takes the subject', async () => {
    await expect(teller.tell('nowhere.v1.a', 'a-1', {})).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'TELL.UNAVAILABLE',
    });
  });

  it('delivers in order, in batches, with what was told', async () => {
    for (let n = 1; n <= 100; n += 1) await teller.tell('facts.v1.a', `a-${n}`, { n });
    const batches: (readonly Told[])[] = [];
    start((messages) => {
      batches.push(messages);
      return ackAll(messages);
    });
    await eventually(() => expect(batches.flat()).toHaveLength(100));
    expect(batches.flat().map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => `a-${n + 1}`));
    expect(batches.flat()[41]).toMatchObject({
      subject: 'facts.v1.a',
      data: { n: 42 },
      seq: 42,
      deliveries: 1,
    });
    expect(batches.length).toBeLessThan(10);
    await eventually(async () => expect(await pending()).toBe(0));
  });

  it('delivers a message at once to a consumer that waits', async () => {
    const heard: Told[] = [];
    start((messages) => {
      heard.push(...messages);
      return ackAll(messages);
    });
    // The first one shows that the consumer stands; it then has a request waiting at the server.
    await teller.tell('facts.v1.a', 'a-1', {});
    await eventually(() => expect(heard).toHaveLength(1));
    for (let n = 2; n <= 5; n += 1) {
      await teller.tell('facts.v1.a', `a-${n}`, {});
      await eventually(() => expect(heard).toHaveLength(n), { timeoutMs: 1_000 });
    }
  });

  it('brings back what was refused or failed, and not what was done', async () => {
    for (const n of [1, 2, 3]) await teller.tell('facts.v1.a', `a-${n}`, { n });
    const seen: string[] = [];
    let calls = 0;
    start((messages) => {
      calls += 1;
      seen.push(...messages.map(({ id, deliveries }) => `${id}/${deliveries}`));
      if (calls === 1) throw new Error('database away');
      return messages.map(({ id, deliveries }): Outcome =>
        id === 'a-2' && deliveries < 3 ? { nakMs: 10 } : 'ack',
      );
    });
    await eventually(() => expect(seen).toContain('a-2/3'));
    await eventually(async () => expect(await pending()).toBe(0));
    expect([...seen].sort()).toEqual(['a-1/1', 'a-1/2', 'a-2/1', 'a-2/2', 'a-2/3', 'a-3/1', 'a-3/2']);
    expect(logger.messages('error')).toEqual(['batch failed; it comes again']);
  });

  it('puts aside what is not JSON, what comes too often, and what is rejected', async () => {
    await nats.jetstream().publish('facts.v1.a', 'not json');
    await teller.tell('facts.v1.a', 'never', { n: 2 });
    await teller.tell('facts.v1.a', 'bad', { n: 3 });
    await teller.tell('facts.v1.a', 'good', { n: 4 });
    const tries: string[] = [];
    start(
      (messages) => {
        tries.push(...messages.map(({ id }) => id));
        return messages.map(({ id }): Outcome =>
          id === 'never' ? { nakMs: 1 } : id === 'bad' ? 'term' : 'ack',
        );
      },
      { maxDeliveries: 3 },
    );
    await eventually(async () => expect(await deadLetters()).toHaveLength(3));
    await eventually(async () => expect(await pending()).toBe(0));
    expect((await deadLetters()).sort((a, b) => Number(a.seq) - Number(b.seq))).toEqual([
      { reason: 'not_json', seq: '1', data: 'not json' },
      { reason: 'too_many_deliveries', seq: '2', data: '{"n":2}' },
      { reason: 'rejected', seq: '3', data: '{"n":3}' },
    ]);
    expect(tries.filter((id) => id === 'never')).toHaveLength(3);
    expect(tries.filter((id) => id === 'good')).toHaveLength(1);
  });

  it('loses nothing when the server is killed and started again mid-stream', async () => {
    const told = 400;
    const heard = new Set<string>();
    start((messages) => {
      for (const { id } of messages) heard.add(id);
      return ackAll(messages);
    });
    const telling = (async () => {
      for (let n = 0; n < told; n += 1) {
        await eventually(() => teller.tell('facts.v1.a', `a-${n}`, { n }), { timeoutMs: 20_000 });
      }
    })();
    for (const threshold of [80, 200]) {
      await eventually(() => expect(heard.size).toBeGreaterThan(threshold), { timeoutMs: 20_000 });
      await server.kill();
      await server.start();
    }
    await telling;
    await eventually(() => expect(heard.size).toBe(told), { timeoutMs: 20_000 });
    const { state } = await (await nats.jetstreamManager()).streams.info('CALL_FACTS');
    expect(state.messages).toBe(told);
    // The message in flight at a kill is told again under its id, and stored once.
    expect(logger.messages('info')).toContain('NATS is back');
  }, 60_000);

  it('goes on when its consumer has been deleted', async () => {
    const heard: string[] = [];
    start((messages) => {
      heard.push(...messages.map(({ id }) => id));
      return ackAll(messages);
    });
    await teller.tell('facts.v1.a', 'a-1', {});
    await eventually(() => expect(heard).toEqual(['a-1']));
    await (await nats.jetstreamManager()).consumers.delete('CALL_FACTS', 'spec');
    await teller.tell('facts.v1.a', 'a-2', {});
    await eventually(() => expect(heard).toContain('a-2'), { timeoutMs: 10_000 });
    expect(logger.messages('warn')).toContain('consumer lost; trying again');
    expect(logger.messages('info')).toContain('consumer goes on');
  });

  it('finishes the batch in hand before close resolves, and leaves the rest to others', async () => {
    for (let n = 0; n < 10; n += 1) await teller.tell('facts.v1.a', `a-${n}`, {});
    let release = (): void => undefined;
    const inHand: string[] = [];
    const consumption = start(
      async (messages) => {
        inHand.push(...messages.map(({ id }) => id));
        await new Promise<void>((resolve) => (release = resolve));
        return ackAll(messages);
      },
      { batchSize: 4 },
    );
    await eventually(() => expect(inHand).toHaveLength(4));
    let closed = false;
    const closing = consumption.close().then(() => (closed = true));
    await nats.flush();
    expect(closed).toBe(false);
    release();
    await closing;
    await eventually(async () => expect(await pending()).toBe(6));
    expect(inHand).toHaveLength(4);

    const rest: string[] = [];
    start((messages) => {
      rest.push(...messages.map(({ id }) => id));
      return ackAll(messages);
    });
    await eventually(() => expect(rest).toHaveLength(6));
  });
});
