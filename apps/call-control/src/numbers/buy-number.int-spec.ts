import { EventEmitter, once } from 'node:events';
import { buyNumber } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { CallControlHarness } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier, config } = harness;

const buy = (over: Record<string, unknown> = {}) =>
  harness.asks.ask(buyNumber, {
    user_id: harness.userId,
    command_id: newId(),
    number_id: newId(),
    area_code: '415',
    inbound_agent: null,
    ...over,
  });
const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => AppError.from(error).code,
  );
/** As if the process had died in the midst of an order, long ago. */
const forsake = (commandId: string) =>
  harness.database.query(
    `UPDATE number_orders SET created_at = now() - interval '10 minutes' WHERE command_id = $1`,
    [commandId],
  );

beforeAll(() => harness.start());
afterAll(() => harness.close());

describe('buying a number', () => {
  it('buys at the carrier, points it here, and has config store it', async () => {
    const number = await buy();
    expect(carrier.bought.at(-1)).toMatchObject({
      number: number.number,
      carrierId: number.carrier_number_id,
      areaCode: '415',
      voiceUrl: 'https://parley.example.com/carriers/twilio/inbound',
      statusUrl: 'https://parley.example.com/carriers/twilio/inbound-status',
    });
    expect(number).toMatchObject({ origin: 'bought', telephony_account_connection: null });
    expect(config.createdNumbers).toContain(number.number);
  });

  it('buys one number for 50 equal commands at once, and answers each with it', async () => {
    const before = carrier.bought.length;
    const command_id = newId();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => buy({ command_id, fingerprint: 'same' })),
    );
    expect(carrier.bought).toHaveLength(before + 1);
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.number)).size).toBe(1);
  });

  it('refuses another body under the same key', async () => {
    const command_id = newId();
    await buy({ command_id, fingerprint: 'one' });
    expect(await codeOf(buy({ command_id, fingerprint: 'other' }))).toBe('COMMAND.OTHER_BODY');
  });

  it('goes on where it stopped when config was away', async () => {
    const before = carrier.bought.length;
    const command_id = newId();
    config.createFails = new AppError('unavailable', 'CONFIG.AWAY', 'Not now.');
    await expect(buy({ command_id })).rejects.toMatchObject({ code: 'CONFIG.AWAY' });
    await expect(buy({ command_id })).resolves.toMatchObject({ number: carrier.bought.at(-1)?.number });
    expect(carrier.bought).toHaveLength(before + 1);
  });

  it('finds the number again whose purchase was not answered', async () => {
    const before = carrier.bought.length;
    const command_id = newId();
    carrier.loseAnswer();
    await expect(buy({ command_id })).rejects.toMatchObject({ code: 'CARRIER.UNKNOWN_OUTCOME' });
    await expect(buy({ command_id })).resolves.toMatchObject({ number: carrier.bought.at(-1)?.number });
    expect(carrier.bought).toHaveLength(before + 1);
  });

  describe('left by a process that died', () => {
    const claimOf = (commandId: string) =>
      harness.database.query<{ claim_id: string | null; left_s: number }[]>(
        `SELECT claim_id, extract(epoch FROM claimed_until - now())::float AS left_s FROM number_orders
         WHERE command_id = $1`,
        [commandId],
      );
    /** An order whose process waits for the carrier until `goOn` is called. */
    async function held() {
      const command_id = newId();
      const buyNumber = carrier.buyNumber.bind(carrier);
      const gate = new EventEmitter();
      const spy = jest.spyOn(carrier, 'buyNumber').mockImplementationOnce(async (request) => {
        await once(gate, 'open');
        return buyNumber(request);
      });
      const answer = buy({ command_id });
      await eventually(() => expect(spy).toHaveBeenCalled());
      spy.mockRestore();
      return { command_id, answer, goOn: () => gate.emit('open') };
    }

    it('is free after 10 seconds at most, and is kept while it is worked on', async () => {
      const { command_id, answer, goOn } = await held();
      const [first] = await claimOf(command_id);
      expect(first?.left_s).toBeGreaterThan(5);
      expect(first?.left_s).toBeLessThanOrEqual(10);
      await harness.database.query(
        `UPDATE number_orders SET claimed_until = now() + interval '5 seconds' WHERE command_id = $1`,
        [command_id],
      );
      await eventually(async () => expect((await claimOf(command_id))[0]?.left_s).toBeGreaterThan(7), {
        timeoutMs: 4_500,
      });
      goOn();
      await answer;
      expect(await claimOf(command_id)).toEqual([{ claim_id: null, left_s: null }]);
    });

    it('is taken up by a repeat, and one that only seemed dead notes nothing any more', async () => {
      const { command_id, answer, goOn } = await held();
      await harness.database.query(
        `UPDATE number_orders SET claimed_until = now() - interval '1 second' WHERE command_id = $1`,
        [command_id],
      );
      const before = carrier.owned.size;
      const second = await buy({ command_id });
      goOn();
      expect((await answer).number).toBe(second.number);
      const rows = await harness.database.query<unknown[]>(
        'SELECT number FROM number_orders WHERE command_id = $1',
        [command_id],
      );
      expect(rows).toEqual([{ number: second.number }]);
      expect(carrier.owned.size).toBe(before + 1);
    });
  });

  it('is finished without a repeat, whether the number was noted or not', async () => {
    const orders: string[] = [newId(), newId()];
    config.createFails = new AppError('unavailable', 'CONFIG.AWAY', 'Not now.');
    await codeOf(buy({ command_id: orders[0] }));
    const noted = carrier.bought.at(-1)?.number ?? '';
    carrier.loseAnswer();
    await codeOf(buy({ command_id: orders[1] }));
    const found = carrier.bought.at(-1)?.number ?? '';
    for (const order of orders) await forsake(order);
    await eventually(() => expect(config.createdNumbers).toEqual(expect.arrayContaining([noted, found])));
  });

  it('that came to nothing and nobody repeats buys nothing later', async () => {
    const before = carrier.bought.length;
    const command_id = newId();
    carrier.refuse(new AppError('unavailable', 'CARRIER.UNAVAILABLE', 'Not now.'));
    expect(await codeOf(buy({ command_id }))).toBe('CARRIER.UNAVAILABLE');
    await forsake(command_id);
    await eventually(async () => {
      const rows = await harness.database.query<{ attempts: number }[]>(
        'SELECT attempts FROM number_orders WHERE command_id = $1',
        [command_id],
      );
      expect(rows).toEqual([{ attempts: 0 }]);
    });
    expect(carrier.bought).toHaveLength(before);
  });

  it('gives back what config refuses to store, and begins anew', async () => {
    const command_id = newId();
    config.createFails = new AppError('conflict', 'NUMBER.TAKEN', 'This number is in use already.');
    expect(await codeOf(buy({ command_id }))).toBe('NUMBER.TAKEN');
    const refused = carrier.bought.at(-1);
    expect(carrier.owned.has(refused?.carrierId ?? '')).toBe(false);
    const second = await buy({ command_id });
    expect(second.number).not.toBe(refused?.number);
  });

  it('is not in the free plan', async () => {
    const before = carrier.bought.length;
    harness.plan = 'plan_free';
    const error = AppError.from(await buy().catch((thrown: unknown) => thrown));
    harness.plan = 'plan_developer';
    expect([error.code, error.kind]).toEqual(['PLAN.NO_NUMBERS', 'forbidden']);
    expect(carrier.bought).toHaveLength(before);
  });

  it('on the user’s own account goes through it, with addresses that name it', async () => {
    const before = carrier.bought.length;
    const account = config.connect();
    const number = await buy({ telephony_account_connection: account.id, area_code: '212' });
    const base = `https://parley.example.com/carriers/twilio/accounts/${harness.userId}/${account.id}`;
    expect(account.carrier.bought).toMatchObject([
      { number: number.number, voiceUrl: `${base}/inbound`, statusUrl: `${base}/inbound-status` },
    ]);
    expect(number.telephony_account_connection?.id).toBe(account.id);
    expect(carrier.bought).toHaveLength(before);
  });

  it('on an account that is not the user’s, or whose token is wrong: refused, nothing stored', async () => {
    const before = config.createdNumbers.length;
    const { id } = config.connect('wrong');
    const strangers = { telephony_account_connection: id, user_id: newId() };
    expect(await codeOf(buy(strangers))).toBe('ACCOUNT_CONNECTION.NOT_FOUND');
    expect(await codeOf(buy({ telephony_account_connection: newId() }))).toBe('ACCOUNT_CONNECTION.NOT_FOUND');
    const error = AppError.from(
      await buy({ telephony_account_connection: id }).catch((thrown: unknown) => thrown),
    );
    expect([error.code, error.kind]).toEqual(['CARRIER.UNAUTHENTICATED', 'invalid']);
    expect(config.createdNumbers).toHaveLength(before);
  });
});
