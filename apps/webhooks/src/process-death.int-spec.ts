import { once } from 'node:events';
import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CallEvent, eventSubject } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { closeNats, connectNats, NatsConnection, Teller } from '@parley/messaging';
import { migrate } from '@parley/persistence';
import { createTestDatabase, eventually, RecordingLogger, startProcess, testNats } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { webhooksDatabase } from './database';
import { EndpointStore } from './endpoints/endpoint.store';

const main = join(__dirname, 'main.ts');

/** webhooks in a process of its own, killed while a receiver has its request. */
describe('a webhooks that is killed', () => {
  const closers: (() => unknown)[] = [];
  const held: ServerResponse[] = [];
  const ids: unknown[] = [];
  let answers = false;
  let receiver: Server;
  let database: DataSource;
  let nats: NatsConnection;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const server = await testNats();
    closers.push(() => server.close());
    const testDatabase = await createTestDatabase({
      migrate: (url) => migrate(webhooksDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
    });
    closers.push(() => testDatabase.drop());
    database = await webhooksDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' }).initialize();
    closers.push(() => database.destroy());
    nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
    closers.push(() => closeNats(nats));
    receiver = createServer((request, response) => {
      request.resume();
      ids.push(request.headers['webhook-id']);
      if (answers) response.writeHead(204).end();
      else held.push(response);
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    closers.push(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    environment = {
      NATS_URL: server.url,
      DATABASE_URL: testDatabase.url,
      SCHEMA_PREFIX: 'p_',
      WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    };
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  it('between a claim and the record of its attempt has it attempted again, under the same id, and no event is lost', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const endpoint = {
      id: newId(),
      user_id: newId(),
      url,
      method: 'POST' as const,
      subscriptions: ['event_message' as const],
    };
    const callId = newId();
    const events = [1, 2].map((sequence): CallEvent => ({
      event_id: newId(),
      user_id: endpoint.user_id,
      call_id: callId,
      sequence,
      type: 'event_message',
      payload: {},
      created_at_ms: Date.now(),
      webhook_id: endpoint.id,
    }));
    const expected = events.map((event) => event.event_id);

    const first = await startProcess(main, environment);
    await new EndpointStore(database).save(endpoint, 1);
    const teller = new Teller(nats);
    for (const event of events) await teller.tell(eventSubject(event.user_id), event.event_id, event);
    await eventually(() => expect(ids).toEqual([expected[0]]));
    await first.kill();

    answers = true;
    const second = await startProcess(main, environment);
    closers.push(() => second.kill());
    // Not before the dead process's lease is over; as if it were.
    expect(ids).toEqual([expected[0]]);
    await database.query('UPDATE deliveries SET lease_until = now() WHERE lease_until IS NOT NULL');
    await database.query('UPDATE queues SET due_at = now()');
    const rows = () =>
      database.query<unknown[]>('SELECT id, state, attempts FROM deliveries ORDER BY sequence');
    await eventually(
      async () =>
        expect(await rows()).toEqual(expected.map((id) => ({ id, state: 'delivered', attempts: 1 }))),
      { timeoutMs: 10_000 },
    );
    // The receiver has the first one twice, and can tell by its id.
    expect(ids).toEqual([expected[0], ...expected]);
  });
});
