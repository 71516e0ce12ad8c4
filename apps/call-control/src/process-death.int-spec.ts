import { once } from 'node:events';
import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buyNumber, FactBody } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { eventually, startProcess, TestProcess } from '@parley/testing';
import { CallControlHarness } from './testing/call-control.harness';

/** A carrier that keeps every order waiting for its answer until the specification lets it go. */
class HoldingCarrier {
  readonly orders: ServerResponse[] = [];
  readonly sid = `CA${newId().replaceAll('-', '')}`;
  private readonly server: Server = createServer((request, response) => {
    request.resume();
    this.orders.push(response);
    if (this.answers) this.answer(response);
  });
  answers = true;

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private answer(response: ServerResponse): void {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sid: this.sid, status: 'queued' }));
  }
}

const main = join(__dirname, 'main.ts');
const said = (text: string): FactBody => ({
  type: 'message',
  sender: 'bot',
  text,
  started_at_ms: 1_700_000_000_000,
  interrupted: false,
});

/** call-control in a process of its own, killed at each point where it holds something that is not yet safe. */
describe('a call-control that is killed', () => {
  const harness = new CallControlHarness();
  let carrier: HoldingCarrier;
  let service: TestProcess;
  const start = async () => {
    service = await startProcess(main, harness.environment);
  };

  beforeAll(() => harness.prepare());
  afterAll(() => harness.close());
  beforeEach(async () => {
    carrier = new HoldingCarrier();
    harness.environment['TWILIO_BASE_URL'] = await carrier.start();
    await start();
  });
  afterEach(async () => {
    await service.kill();
    await carrier.close();
  });

  const lifeless = { status: 'not_started', carrier_call_sid: null };

  it('while it buys a number is followed by a repeat within seconds', async () => {
    carrier.answers = false;
    const asked = { user_id: harness.userId, command_id: newId(), number_id: newId(), area_code: null };
    const buy = () => harness.asks.ask(buyNumber, { ...asked, inbound_agent: null }).catch(() => undefined);
    void buy();
    await eventually(() => expect(carrier.orders).toHaveLength(1));
    await service.kill();
    await start();
    void buy();
    await eventually(() => expect(carrier.orders).toHaveLength(2), { timeoutMs: 12_000 });
  }, 30_000);

  async function killedWhileDialling(): Promise<{ id: string; command_id: string }> {
    carrier.answers = false;
    const ids = { call_id: newId(), command_id: newId() };
    void harness.place(ids).catch(() => undefined);
    await eventually(() => expect(carrier.orders).toHaveLength(1));
    await service.kill();
    await start();
    return { id: ids.call_id, command_id: ids.command_id };
  }

  it('between the row and the dial’s answer has a call that nobody dials again, and that its callbacks settle', async () => {
    const call = await killedWhileDialling();
    expect(await harness.call(call.id)).toMatchObject(lifeless);
    await harness.carrierAsks(
      'status',
      { id: call.id, carrier_call_sid: carrier.sid },
      { CallStatus: 'busy' },
    );
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      carrier_call_sid: carrier.sid,
      stage_outcome: 'human_unanswered',
    });
    expect(await harness.eventTypes(call.id)).toEqual([
      'event_phone_call_did_not_connect',
      'event_phone_call_ended',
    ]);
    expect(carrier.orders).toHaveLength(1);
  });

  it('between the row and the dial, without any callback, has a call that ends when the ringing would have', async () => {
    const call = await killedWhileDialling();
    // As if the time to ring had passed.
    await harness.database.query(
      `UPDATE calls SET check_at = now(), life = jsonb_set(life, '{createdAtMs}', to_jsonb($2::bigint)) WHERE id = $1`,
      [call.id, Date.now() - 600_000],
    );
    await expect(harness.ended(call.id)).resolves.toMatchObject({ status: 'error', carrier_call_sid: null });
    expect(carrier.orders).toHaveLength(1);
  });

  it('with facts in hand loses none of them, and takes none twice', async () => {
    const call = await harness.place();
    const sid = call.carrier_call_sid ?? '';
    await harness.attach(await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' }), sid);
    const holder = harness.database.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT 1 FROM calls WHERE id = $1 FOR UPDATE', [call.id]);
    await harness.tell(call.id, [
      [1, 1, said('one')],
      [1, 2, said('two')],
    ]);
    await eventually(async () => {
      const waiting = await harness.database.query<unknown[]>(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(waiting.length).toBeGreaterThan(0);
    });
    await service.kill();
    await holder.rollbackTransaction();
    await holder.release();
    await start();
    await harness.tell(call.id, [[1, 3, said('three')]]);
    const texts = async () =>
      (await harness.events(call.id))
        .filter((event) => event.type === 'event_message')
        .map((event) => event.payload['text']);
    await eventually(async () => expect(await texts()).toEqual(['one', 'two', 'three']), {
      timeoutMs: 9_000,
    });
    const gaps = `SELECT 1 FROM call_log WHERE call_id = $1 AND kind = 'gap'`;
    expect(await harness.database.query(gaps, [call.id])).toEqual([]);
  });

  it('between an event’s commit and its publication has it published by the next one, once', async () => {
    const call = await harness.place();
    // The carrier's report is committed as the process does it, by hand: no process is there to publish it.
    await service.kill();
    const event = { call_id: call.id, sequence: 1 };
    await harness.database.query(`INSERT INTO outbox (id, subject, payload) VALUES ($1, $2, $3::jsonb)`, [
      newId(),
      `events.v1.${harness.userId}`,
      JSON.stringify(event),
    ]);
    await start();
    await eventually(async () => expect(await harness.publishedEvents(call.id)).toEqual([event]));
    await service.kill();
    // As if it had died before it could note what it had published.
    await harness.database.query('UPDATE outbox SET published_at = NULL');
    await start();
    await eventually(async () =>
      expect(await harness.database.query('SELECT 1 FROM outbox WHERE published_at IS NULL')).toEqual([]),
    );
    expect(await harness.publishedEvents(call.id)).toEqual([event]);
  });
});
