import 'reflect-metadata';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventSubject, getWebhookVersion, webhookChangedSubject } from '@parley/contracts';
import type { CallEvent, Webhook } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskServer, closeNats, connectNats, Teller } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { createTestDatabase, eventually, testNats } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { webhooksDatabase } from './database';
import { DeliveryStore } from './deliveries/delivery.store';
import { EndpointStore } from './endpoints/endpoint.store';
import { webhooksSettings } from './settings';
import { startWebhooks } from './webhooks';
import { defaultTuning } from './webhooks.module';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly atMs: number;
}

type Behaviour = (count: number, response: ServerResponse, received: Received) => void;

const accept: Behaviour = (_count, response) => void response.writeHead(204).end();

/** A receiver that keeps all it got, in order, and behaves as told; `count` is from 1. */
async function receiver(behave: Behaviour = accept) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: text ? JSON.parse(text) : {}, atMs: performance.now() };
      received.push(one);
      behave(received.length, response, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host, url: `http://${host}/hook`, received, close, sequences: () => received.map(sequenceOf) };
}

const sequenceOf = (received: Received) => received.body['sequence'];

describe('webhooks', () => {
  const logger = createLogger({ service: 'webhooks-spec', level: 'fatal' });
  const closers: (() => unknown)[] = [];
  const tuning = {
    ...defaultTuning,
    timeoutMs: 300,
    pollMs: 20,
    maxInFlight: 8,
    maxInFlightPerEndpoint: 4,
    drainMs: 50,
  };
  const configured = new Map<string, Webhook>();
  const received: Awaited<ReturnType<typeof receiver>>[] = [];
  let nats: NatsConnection;
  let teller: Teller;
  let database: DataSource;
  let start: (allowedHosts: string[]) => Promise<void>;
  const services: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const server = await testNats();
    closers.push(() => server.close());
    const testDatabase = await createTestDatabase({
      migrate: (url) => migrate(webhooksDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
    });
    closers.push(() => testDatabase.drop());
    nats = await connectNats({ url: server.url, name: 'spec', logger });
    closers.push(() => closeNats(nats));
    teller = new Teller(nats);
    database = await webhooksDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' }).initialize();
    closers.push(() => database.destroy());

    const config = new AskServer({ nats, service: 'config', logger });
    config.answer(getWebhookVersion, ({ id }) => {
      const webhook = configured.get(id);
      if (!webhook) throw new AppError('not_found', 'WEBHOOK.NOT_FOUND', 'No such webhook.');
      return { webhook, version: 1 };
    });
    await config.start();
    closers.push(() => config.close());

    start = async (allowedHosts) => {
      const opened: (() => unknown)[] = [];
      const settings = loadSettings(webhooksSettings, {
        NATS_URL: server.url,
        DATABASE_URL: testDatabase.url,
        SCHEMA_PREFIX: 'p_',
        WEBHOOK_ALLOWED_HOSTS: allowedHosts.join(','),
        WEBHOOK_RETRY_SCALE: '0.001',
      });
      await startWebhooks({ settings, logger, onClose: (_, close) => void opened.push(close) }, tuning);
      services.push(async () => {
        for (const close of opened.reverse()) await close();
      });
    };
  });

  afterEach(async () => {
    for (const stop of services.splice(0)) await stop();
    for (const one of received.splice(0)) one.close();
    await database.query(`UPDATE deliveries SET state = 'cancelled'`);
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function receive(behave?: Behaviour) {
    const one = await receiver(behave);
    received.push(one);
    return one;
  }

  function endpoint(url: string, over: Partial<Webhook> = {}): Webhook {
    const made: Webhook = {
      id: newId(),
      user_id: newId(),
      url,
      method: 'POST',
      subscriptions: ['event_message', 'event_phone_call_ended'],
      ...over,
    };
    configured.set(made.id, made);
    return made;
  }

  function event(to: Webhook, callId: string, sequence: number, over: Partial<CallEvent> = {}): CallEvent {
    return {
      event_id: newId(),
      user_id: to.user_id,
      call_id: callId,
      sequence,
      type: 'event_message',
      payload: { text: `number ${sequence}` },
      created_at_ms: Date.now(),
      webhook_id: to.id,
      ...over,
    };
  }

  const tell = (one: CallEvent, messageId = newId()) =>
    teller.tell(eventSubject(one.user_id), messageId, one);

  async function attemptsOf(eventId: string) {
    return database.query<{ number: number; outcome: string; status: number | null; error: string | null }[]>(
      'SELECT number, outcome, status, error, response FROM attempts WHERE event_id = $1 ORDER BY id',
      [eventId],
    );
  }

  async function stateOf(eventId: string): Promise<string | undefined> {
    const rows = await database.query<{ state: string }[]>('SELECT state FROM deliveries WHERE id = $1', [
      eventId,
    ]);
    return rows[0]?.state;
  }

  const settled = (eventId: string, state: string) =>
    eventually(async () => expect(await stateOf(eventId)).toBe(state));

  it('posts an event at once, with its id and time in the headers, and records the attempt', async () => {
    const hook = await receive((_count, response) => void response.writeHead(200).end('thank you'));
    await start([hook.host]);
    const one = event(endpoint(hook.url), newId(), 1);
    await tell(one);
    await settled(one.event_id, 'delivered');
    expect(hook.received).toHaveLength(1);
    const [request] = hook.received;
    expect(request).toMatchObject({ method: 'POST', url: '/hook' });
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': one.event_id,
      'user-agent': 'Parley',
    });
    expect(Math.abs(Number(request!.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(5);
    expect(request!.body).toEqual({
      type: 'event_message',
      call_id: one.call_id,
      payload: { text: 'number 1' },
      sequence: 1,
      event_id: one.event_id,
      created_at: new Date(one.created_at_ms).toISOString(),
    });
    const attempts = await attemptsOf(one.event_id);
    expect(attempts).toMatchObject([{ number: 1, outcome: 'succeeded', status: 200, error: null }]);
    expect(String((attempts[0] as unknown as { response: Buffer }).response)).toBe('thank you');
  });

  it('passes the call’s metadata on beside the payload', async () => {
    const hook = await receive(accept);
    await start([hook.host]);
    const metadata = { customer: '4711', constructor: 'ü' };
    const one = event(endpoint(hook.url), newId(), 1, { metadata });
    await tell(one);
    await settled(one.event_id, 'delivered');
    expect(hook.received[0]?.body).toMatchObject({ payload: one.payload, metadata });
  });

  it('uses GET where the endpoint wants it', async () => {
    const hook = await receive();
    await start([hook.host]);
    const one = event(endpoint(hook.url, { method: 'GET' }), newId(), 1);
    await tell(one);
    await settled(one.event_id, 'delivered');
    const query = new URL(hook.received[0]!.url, hook.url).searchParams;
    expect(query.get('call_id')).toBe(one.call_id);
    expect(JSON.parse(query.get('payload')!)).toEqual({ text: 'number 1' });
  });

  it('delivers only what the endpoint subscribed to, and nothing for a call without endpoint or to a deleted one', async () => {
    const hook = await receive();
    await start([hook.host]);
    const target = endpoint(hook.url);
    const gone = endpoint(hook.url);
    configured.delete(gone.id);
    const callId = newId();
    await tell(event(target, callId, 1, { type: 'event_action' }));
    await tell(event(target, newId(), 1, { webhook_id: null }));
    await tell(event(gone, newId(), 1));
    const last = event(target, callId, 2);
    await tell(last);
    await settled(last.event_id, 'delivered');
    expect(hook.received.map((request) => request.body['event_id'])).toEqual([last.event_id]);
  });

  it('makes first attempts of a call in its order, one after the other, however slow or failing they are', async () => {
    let open = 0;
    let most = 0;
    const hook = await receive((count, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(count % 3 === 0 ? 500 : 200).end();
      }, count % 4);
    });
    await start([hook.host]);
    const target = endpoint(hook.url);
    const callId = newId();
    const events = Array.from({ length: 20 }, (_, index) => event(target, callId, index + 1));
    // Told backwards: the stream's order is not the call's.
    for (const one of [...events].reverse()) await tell(one);
    for (const one of events) await settled(one.event_id, 'delivered');
    const seen = new Set<unknown>();
    const firsts = hook.sequences().filter((sequence) => !seen.has(sequence) && seen.add(sequence));
    expect(firsts).toEqual(events.map((one) => one.sequence));
    expect(hook.received.length).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(tuning.maxInFlightPerEndpoint);
  });

  it('tries again after 500, a time-out and a reset, with the same id, until 2xx', async () => {
    const hook = await receive((count, response) => {
      if (count === 1) response.writeHead(500).end('broken');
      else if (count === 2) response.socket!.resetAndDestroy();
      else if (count === 4) response.writeHead(200).end();
    });
    await start([hook.host]);
    const one = event(endpoint(hook.url), newId(), 1);
    await tell(one);
    await eventually(async () => expect(await stateOf(one.event_id)).toBe('delivered'), {
      timeoutMs: 15_000,
    });
    expect(await attemptsOf(one.event_id)).toMatchObject([
      { number: 1, outcome: 'failed', status: 500 },
      { number: 2, outcome: 'failed', error: 'HTTP.CONNECTION_LOST' },
      { number: 3, outcome: 'throttled', error: 'HTTP.TIMEOUT' },
      { number: 4, outcome: 'succeeded', status: 200 },
    ]);
    expect(new Set(hook.received.map((request) => request.headers['webhook-id']))).toEqual(
      new Set([one.event_id]),
    );
  });

  it('stops at 410', async () => {
    const hook = await receive((_count, response) => void response.writeHead(410).end());
    await start([hook.host]);
    const one = event(endpoint(hook.url), newId(), 1);
    await tell(one);
    await settled(one.event_id, 'exhausted');
    expect(hook.received).toHaveLength(1);
  });

  it('makes one delivery of an event that is told many times', async () => {
    const hook = await receive();
    await start([hook.host]);
    await start([hook.host]);
    const target = endpoint(hook.url);
    const callId = newId();
    const one = event(target, callId, 1);
    for (let count = 0; count < 5; count++) await tell(one);
    const last = event(target, callId, 2);
    await tell(last);
    await settled(last.event_id, 'delivered');
    expect(hook.sequences()).toEqual([1, 2]);
  });

  it('delivers every event of many calls once, with two workers', async () => {
    const hook = await receive();
    await start([hook.host]);
    await start([hook.host]);
    const target = endpoint(hook.url);
    const events = Array.from({ length: 10 }, () => newId()).flatMap((callId) =>
      Array.from({ length: 10 }, (_, index) => event(target, callId, index + 1)),
    );
    await Promise.all(events.map((one) => tell(one)));
    for (const one of events) await settled(one.event_id, 'delivered');
    expect(hook.received).toHaveLength(100);
    for (const callId of new Set(events.map((one) => one.call_id))) {
      const ofCall = hook.received.filter((request) => request.body['call_id'] === callId);
      expect(ofCall.map(sequenceOf)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  it('records a private address as a failed attempt and connects to nobody', async () => {
    const canary = await receive();
    await start([]);
    const one = event(endpoint(canary.url), newId(), 1);
    await tell(one);
    await eventually(async () =>
      expect((await attemptsOf(one.event_id))[0]).toMatchObject({
        outcome: 'failed',
        error: 'HTTP.BLOCKED_ADDRESS',
      }),
    );
    expect(canary.received).toEqual([]);
  });

  it('lets no hanging endpoint delay another, nor have more than its share under way', async () => {
    let open = 0;
    let most = 0;
    const hanging = await receive((_count, response) => {
      most = Math.max(most, ++open);
      response.on('close', () => (open -= 1));
    });
    const healthy = await receive();
    await start([hanging.host, healthy.host]);
    const bad = endpoint(hanging.url);
    const good = endpoint(healthy.url);
    for (let count = 0; count < 40; count++) await tell(event(bad, newId(), 1));
    await eventually(() => expect(hanging.received.length).toBeGreaterThanOrEqual(4));
    const startedMs = performance.now();
    const events = Array.from({ length: 10 }, () => event(good, newId(), 1));
    for (const one of events) await tell(one);
    await eventually(() => expect(healthy.received).toHaveLength(10));
    // Forty hang 300 ms each, four at a time: behind them it would take three seconds.
    expect(healthy.received[9]!.atMs - startedMs).toBeLessThan(1_000);
    expect(most).toBe(4);
  });

  it('takes over what a dead worker had claimed, when its lease is over and not before', async () => {
    const hook = await receive();
    const target = endpoint(hook.url);
    const store = new DeliveryStore(database);
    const one = event(target, newId(), 1);
    await new EndpointStore(database).save(target, 1);
    await store.add([{ event: one, endpointId: target.id }]);
    const claimedMs = performance.now();
    expect(await store.claim({ limit: 10, leaseMs: 400, maxInFlightPerEndpoint: 4 })).toHaveLength(1);
    await start([hook.host]);
    await settled(one.event_id, 'delivered');
    expect(hook.received).toHaveLength(1);
    expect(hook.received[0]!.atMs - claimedMs).toBeGreaterThanOrEqual(400);
  });

  it('breaks off at its end what hangs, leaves it as it was, and goes on after the next start', async () => {
    const hook = await receive((count, response) => {
      if (count > 1) response.writeHead(200).end();
    });
    await start([hook.host]);
    const one = event(endpoint(hook.url), newId(), 1);
    await tell(one);
    await eventually(() => expect(hook.received).toHaveLength(1));
    await services.pop()!();
    const [row] = await database.query<object[]>(
      'SELECT state, attempts, lease_id FROM deliveries WHERE id = $1',
      [one.event_id],
    );
    expect(row).toEqual({ state: 'pending', attempts: 0, lease_id: null });
    await start([hook.host]);
    await settled(one.event_id, 'delivered');
    expect(hook.received).toHaveLength(2);
  });

  it('cancels what is due for an endpoint that was deleted', async () => {
    const hook = await receive((_count, response) => void response.writeHead(500).end());
    await start([hook.host]);
    const target = endpoint(hook.url);
    const one = event(target, newId(), 1);
    await tell(one);
    await eventually(() => expect(hook.received.length).toBeGreaterThan(0));
    await database.query('DELETE FROM endpoints WHERE id = $1', [target.id]);
    await settled(one.event_id, 'cancelled');
  });

  it('does not wait for ever for an event that never comes', async () => {
    const hook = await receive();
    await start([hook.host]);
    const target = endpoint(hook.url);
    const one = event(target, newId(), 2);
    await tell(one);
    await eventually(async () => expect(await stateOf(one.event_id)).toBe('pending'));
    await database.query(
      `UPDATE deliveries SET created_at = created_at - interval '15 seconds' WHERE id = $1`,
      [one.event_id],
    );
    await settled(one.event_id, 'delivered');
  });

  it('has no more of an endpoint under way than its share, however many claim at once, and hides nobody behind it', async () => {
    const [busy, other] = [endpoint('http://127.0.0.1:9/'), endpoint('http://127.0.0.1:9/')];
    const store = new DeliveryStore(database);
    const add = (to: Webhook) => store.add([{ event: event(to, newId(), 1), endpointId: to.id }]);
    for (let count = 0; count < 30; count++) await add(busy);
    const claim = () => store.claim({ limit: 10, leaseMs: 60_000, maxInFlightPerEndpoint: 4 });
    const claimed = await Promise.all(Array.from({ length: 5 }, claim));
    expect(claimed.flat()).toHaveLength(4);
    await add(other);
    await eventually(async () => expect((await claim())[0]?.endpointId).toBe(other.id));
    const [first] = claimed.flat();
    await store.release(first!);
    await eventually(async () => expect(await claim()).toHaveLength(1));
  });

  it('forgets the queue of an endpoint that has nothing left', async () => {
    const hook = await receive();
    await start([hook.host]);
    const one = event(endpoint(hook.url), newId(), 1);
    await tell(one);
    await settled(one.event_id, 'delivered');
    await eventually(async () =>
      expect(await database.query('SELECT 1 FROM queues WHERE user_id = $1', [one.user_id])).toEqual([]),
    );
  });

  it('lets a late finish of a lost lease decide nothing', async () => {
    const target = endpoint('http://127.0.0.1:9/');
    const store = new DeliveryStore(database);
    const one = event(target, newId(), 1);
    await store.add([{ event: one, endpointId: target.id }]);
    const options = { limit: 10, leaseMs: 1, maxInFlightPerEndpoint: 4 };
    const [lost] = await store.claim(options);
    const [held] = await eventually(async () => {
      const again = await store.claim(options);
      expect(again).toHaveLength(1);
      return again;
    });
    const record = { status: 200, error: undefined, response: Buffer.alloc(0), durationMs: 1 };
    const failed = { ...record, outcome: 'failed' as const };
    expect(await store.finish(lost!, failed, { kind: 'exhausted' })).toBe(false);
    expect(await stateOf(one.event_id)).toBe('pending');
    expect(await store.finish(held!, { ...record, outcome: 'succeeded' }, { kind: 'delivered' })).toBe(true);
    expect(await stateOf(one.event_id)).toBe('delivered');
  });

  it('follows changes of an endpoint, whatever their order, and uses it as it is now', async () => {
    const old = await receive((_count, response) => void response.writeHead(500).end());
    const fresh = await receive();
    await start([old.host, fresh.host]);
    const target = endpoint(old.url);
    const one = event(target, newId(), 1);
    await tell(one);
    await eventually(() => expect(old.received.length).toBeGreaterThan(0));
    const change = (url: string, version: number) =>
      teller.tell(webhookChangedSubject, newId(), { webhook: { ...target, url }, version });
    await change(fresh.url, 3);
    await change(old.url, 2);
    await eventually(async () => expect(await stateOf(one.event_id)).toBe('delivered'), {
      timeoutMs: 20_000,
    });
    expect(fresh.received).toHaveLength(1);
  });

  it('keeps tenants and months apart in its tables', async () => {
    const rows = await database.query<{ table: string; key: string }[]>(
      `SELECT c.relname AS table, pg_get_partkeydef(c.oid) AS key FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'p_webhooks' AND c.relkind = 'p' ORDER BY 1`,
    );
    expect(rows).toEqual(['attempts', 'deliveries', 'events'].map((table) => ({ table, key: 'RANGE (id)' })));
  });
});
