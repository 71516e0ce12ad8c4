import { FakeClock } from '@parley/kernel';
import { RecordingLogger } from '@parley/testing';
import { OutboxRelay } from './outbox-relay';
import type { OutboxLeadership, OutboxMessage, OutboxStore } from './outbox-store.port';
import type { RelayHints } from './relay-hints';

/** Lets everything run that needs no time to pass. */
async function settle(): Promise<void> {
  for (let n = 0; n < 50; n += 1) await Promise.resolve();
}

class MemoryOutbox implements OutboxStore {
  readonly rows: (OutboxMessage & { published: boolean })[] = [];
  leaders = 0;
  broken = false;
  taken = false;

  add(...ids: string[]): void {
    this.rows.push(...ids.map((id) => ({ id, subject: 'events.v1.u', payload: { id }, published: false })));
  }

  get unpublished(): string[] {
    return this.rows.filter((row) => !row.published).map(({ id }) => id);
  }

  async lead(): Promise<OutboxLeadership | undefined> {
    await Promise.resolve();
    if (this.broken) throw new Error('database away');
    if (this.taken) return undefined;
    this.taken = true;
    this.leaders += 1;
    const guarded = <T>(work: () => T): Promise<T> =>
      this.broken ? Promise.reject(new Error('connection lost')) : Promise.resolve(work());
    return {
      next: (limit) => guarded(() => this.rows.filter((row) => !row.published).slice(0, limit)),
      markPublished: (ids) =>
        guarded(() => {
          for (const row of this.rows) if (ids.includes(row.id)) row.published = true;
        }),
      prune: () => guarded(() => 0),
      release: () => {
        this.taken = false;
        return Promise.resolve();
      },
    };
  }
}

describe('OutboxRelay', () => {
  let clock: FakeClock;
  let store: MemoryOutbox;
  let logger: RecordingLogger;
  let told: string[];
  let refuse: (id: string) => boolean;
  let relay: OutboxRelay;

  const make = (hints?: RelayHints): OutboxRelay =>
    new OutboxRelay({
      store,
      clock,
      logger,
      batchSize: 3,
      teller: {
        tell: (_, id) => {
          if (refuse(id)) return Promise.reject(new Error('no stream'));
          told.push(id);
          return Promise.resolve({ stream: 'CALL_EVENTS', seq: told.length, duplicate: false });
        },
      },
      ...(hints && { hints }),
    });

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryOutbox();
    logger = new RecordingLogger();
    told = [];
    refuse = () => false;
    relay = make();
  });
  afterEach(() => relay.close());

  it('publishes all there is, in order, and marks it', async () => {
    store.add('1', '2', '3', '4', '5', '6', '7');
    relay.start();
    await settle();
    expect(told).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(store.unpublished).toEqual([]);
  });

  it('finds a row by polling within 500 ms, and by a wake at once', async () => {
    relay.start();
    await settle();
    store.add('polled');
    clock.advance(499);
    await settle();
    expect(told).toEqual([]);
    clock.advance(1);
    await settle();
    expect(told).toEqual(['polled']);
    store.add('woken');
    relay.wake();
    await settle();
    expect(told).toEqual(['polled', 'woken']);
  });

  it('does not miss a wake that comes while it reads', async () => {
    relay.start();
    relay.wake();
    await Promise.resolve();
    store.add('late');
    relay.wake();
    await settle();
    expect(told).toEqual(['late']);
  });

  it('stops the line at a row that cannot be published, says so once, and goes on in order', async () => {
    store.add('1', '2', '3');
    refuse = (id) => id === '2';
    relay.start();
    await settle();
    for (let n = 0; n < 5; n += 1) {
      relay.wake();
      clock.advance(5_000);
      await settle();
    }
    expect(told).toEqual(['1']);
    expect(store.unpublished).toEqual(['2', '3']);
    expect(logger.messages('warn')).toEqual(['outbox stopped; trying again']);
    refuse = () => false;
    clock.advance(5_000);
    await settle();
    expect(told).toEqual(['1', '2', '3']);
    expect(logger.messages('info')).toEqual(['outbox publishes again']);
  });

  it('leads anew after the store failed', async () => {
    relay.start();
    await settle();
    store.broken = true;
    store.add('1');
    clock.advance(500);
    await settle();
    expect(store.taken).toBe(false);
    store.broken = false;
    clock.advance(5_000);
    await settle();
    expect(told).toEqual(['1']);
    expect(store.leaders).toBe(2);
  });

  it('leaves the outbox to its leader, wakes that one, and takes over when it has gone', async () => {
    const listeners: (() => void)[] = [];
    const hints: RelayHints = {
      send: () => listeners.forEach((listener) => listener()),
      listen: (onHint) => {
        listeners.push(onHint);
        return () => undefined;
      },
    };
    relay = make(hints);
    const other = make(hints);
    relay.start();
    await settle();
    other.start();
    await settle();
    expect(store.leaders).toBe(1);
    store.add('1');
    other.wake();
    await settle();
    expect(told).toEqual(['1']);
    await relay.close();
    store.add('2');
    clock.advance(500);
    await settle();
    expect(told).toEqual(['1', '2']);
    expect(store.leaders).toBe(2);
    await other.close();
  });

  it('gives the leadership up at close', async () => {
    relay.start();
    await settle();
    await relay.close();
    expect(store.taken).toBe(false);
  });
});
