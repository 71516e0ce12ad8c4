import { join } from 'node:path';
import { runAction } from '@parley/contracts';
import { eventually, startProcess } from '@parley/testing';
import type { TestProcess } from '@parley/testing';
import { EffectLedger } from './actions/effect.ledger';
import { answering, CustomerServer, hanging } from './testing/customer-server';
import { bookingAsk, integrationsPlaces } from './testing/integrations.harness';
import type { IntegrationsPlaces } from './testing/integrations.harness';

const main = join(__dirname, 'main.ts');

/** integrations in processes of their own, killed between the writes of an effect. */
describe('an integrations that is killed', () => {
  const customer = new CustomerServer();
  const running: TestProcess[] = [];
  let places: IntegrationsPlaces;

  beforeAll(async () => {
    await customer.start();
    places = await integrationsPlaces({ ACTION_ALLOWED_HOSTS: customer.host });
  });

  afterAll(async () => {
    await places.close();
    await customer.close();
  });

  const row = async () => {
    const rows = await places.database.query<{ state: string }[]>('SELECT state FROM effects');
    return rows[0]?.state;
  };
  const lapse = () =>
    places.database.query('UPDATE effects SET lease_until = now() WHERE lease_until > now()');
  const start = async () => {
    const started = await startProcess(main, places.environment);
    running.push(started);
    return started;
  };
  afterEach(async () => {
    for (const each of running.splice(0)) await each.kill();
    await places.database.query('DELETE FROM effects');
  });

  /** Asks, and lives with getting no answer. */
  const askInVain = (request: ReturnType<typeof bookingAsk>) =>
    places.asks.ask(runAction, request).catch(() => undefined);

  it('after it claimed, and before it sent: another sends when the lease is over', async () => {
    customer.taken.length = 0;
    customer.answerWith(answering({ result: { booked: true } }));
    const request = bookingAsk(places.secrets, customer.url);
    // The lock stops the process at the write that begins the sending.
    const runner = places.database.createQueryRunner();
    const first = await start();
    await runner.startTransaction();
    await runner.query(
      'CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$',
    );
    await runner.query(
      `CREATE TRIGGER hold BEFORE UPDATE ON effects FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION hold()`,
    );
    await runner.commitTransaction();
    void askInVain(request);
    await eventually(async () => expect(await row()).toBe('pending'));
    await first.kill();
    await runner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'UPDATE effects%'`,
    );
    await runner.query('DROP TRIGGER hold ON effects');
    await runner.release();
    expect(customer.taken).toHaveLength(0);

    const second = await start();
    await lapse();
    await expect(places.asks.ask(runAction, request)).resolves.toMatchObject({ success: true });
    expect(customer.taken).toHaveLength(1);
    await second.kill();
  });

  it('after it sent: nobody sends it again, and whoever asks is told that it is not known', async () => {
    customer.taken.length = 0;
    customer.answerWith(hanging);
    const request = bookingAsk(places.secrets, customer.url);
    const first = await start();
    void askInVain(request);
    await eventually(() => expect(customer.taken).toHaveLength(1));
    await first.kill();
    expect(await row()).toBe('sent');

    const second = await start();
    const asked = places.asks.ask(runAction, request);
    await lapse();
    await expect(asked).resolves.toMatchObject({ success: false, result: { outcome: 'unknown' } });
    expect(customer.taken).toHaveLength(1);
    expect(await row()).toBe('unknown');
    await second.kill();
  });

  it('after it sent, and nobody asks again: the record says that it is not known', async () => {
    customer.taken.length = 0;
    customer.answerWith(hanging);
    const first = await start();
    void askInVain(bookingAsk(places.secrets, customer.url));
    await eventually(() => expect(customer.taken).toHaveLength(1));
    await first.kill();
    const ledger = new EffectLedger(places.database);
    expect(await ledger.settleForsaken()).toBe(0);
    await lapse();
    expect(await ledger.settleForsaken()).toBe(1);
    expect(await row()).toBe('unknown');
  });

  it('two processes asked at once send it once', async () => {
    customer.taken.length = 0;
    customer.answerWith((response, request) =>
      setTimeout(() => answering({ result: {} })(response, request), 300),
    );
    const processes = await Promise.all([start(), start()]);
    const request = bookingAsk(places.secrets, customer.url);
    const answers = await Promise.all(Array.from({ length: 20 }, () => places.asks.ask(runAction, request)));
    expect(customer.taken).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual({ success: true, result: {}, agent_message: null });
    await Promise.all(processes.map((each) => each.kill()));
  });
});
