import { EventEmitter, once } from 'node:events';
import { addToSteeringPool, cancelNumber, endCall, linkNumber, PhoneNumber } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { CallControlHarness, otherNumber } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { config, userId } = harness;
const elsewhere = { voiceUrl: 'https://example.com/voice', statusUrl: '' };
let line = 2_125_550_100;

/** A connection to an account that has a number which leads elsewhere. */
function account(token?: string) {
  const made = config.connect(token);
  return { ...made, owned: made.carrier.own(`+1${++line}`, elsewhere) };
}
const link = (connection: string, number: string, over: Record<string, unknown> = {}) =>
  harness.asks.ask(linkNumber, {
    user_id: userId,
    command_id: newId(),
    number_id: newId(),
    number,
    telephony_account_connection: connection,
    outbound_only: false,
    inbound_agent: harness.agent.id,
    ...over,
  });
const cancel = (number: string, user_id = userId) =>
  harness.asks.ask(cancelNumber, { user_id, command_id: newId(), number });
const errorOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => AppError.from(error),
  );
const codeOf = async (asking: Promise<unknown>) => (await errorOf(asking))?.code;
const urlsOf = (id: string) => {
  const base = `https://parley.example.com/carriers/twilio/accounts/${userId}/${id}`;
  return { voiceUrl: `${base}/inbound`, statusUrl: `${base}/inbound-status` };
};

beforeAll(() => harness.start());
afterAll(() => harness.close());

describe('linking a number', () => {
  it('points the account’s number here and stores it as linked', async () => {
    const { id, owned } = account();
    const number = await link(id, owned.number, { outbound_only: true });
    expect(number).toMatchObject({
      number: owned.number,
      origin: 'linked',
      outbound_only: true,
      carrier_number_id: owned.carrierId,
      telephony_account_connection: { id },
    });
    expect(owned).toMatchObject(urlsOf(id));
  });

  it('links once for equal commands at once, and refuses another body under the key', async () => {
    const { id, owned } = account();
    const command_id = newId();
    const asked = { command_id, fingerprint: 'same' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => link(id, owned.number, asked)));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(await codeOf(link(id, owned.number, { command_id, fingerprint: 'other' }))).toBe(
      'COMMAND.OTHER_BODY',
    );
    expect(await codeOf(link(id, owned.number))).toBe('NUMBER.TAKEN');
  });

  it('of another account, of none, or with a wrong token: refused, nothing stored, nothing pointed', async () => {
    const before = config.createdNumbers.length;
    const [mine, wrong] = [account(), account('wrong')];
    const strange = await errorOf(link(mine.id, wrong.owned.number));
    expect([strange?.code, strange?.kind, strange?.issues?.[0]?.path]).toEqual([
      'NUMBER.NOT_OF_ACCOUNT',
      'invalid',
      ['body', 'phone_number'],
    ]);
    const refused = await errorOf(link(wrong.id, wrong.owned.number));
    expect([refused?.code, refused?.kind]).toEqual(['CARRIER.UNAUTHENTICATED', 'invalid']);
    expect(await codeOf(link(newId(), mine.owned.number))).toBe('ACCOUNT_CONNECTION.NOT_FOUND');
    expect(await codeOf(link(mine.id, mine.owned.number, { user_id: newId() }))).toBe(
      'ACCOUNT_CONNECTION.NOT_FOUND',
    );
    expect(config.createdNumbers).toHaveLength(before);
    expect([mine.owned, wrong.owned]).toMatchObject([elsewhere, elsewhere]);
  });

  it('works with the right token as soon as it was changed', async () => {
    const { id, owned } = account('wrong');
    expect(await codeOf(link(id, owned.number))).toBe('CARRIER.UNAUTHENTICATED');
    config.changeToken(id, 'right');
    await expect(link(id, owned.number)).resolves.toMatchObject({ number: owned.number });
  });

  it('is not in the free plan', async () => {
    const { id, owned } = account();
    harness.plan = 'plan_free';
    const refused = await codeOf(link(id, owned.number));
    harness.plan = 'plan_developer';
    expect([refused, owned.voiceUrl]).toEqual(['PLAN.NO_NUMBERS', elsewhere.voiceUrl]);
  });

  it('that somebody else has here leaves the number pointed at them', async () => {
    const { id, owned } = account();
    harness.numbers.set(owned.number, harness.phoneNumber({ number: owned.number, user_id: newId() }));
    expect(await codeOf(link(id, owned.number))).toBe('NUMBER.TAKEN');
    expect(owned).toMatchObject(elsewhere);
  });

  it('whose pointing had no answer is finished by a repeat, and without one too', async () => {
    const [first, second] = [account(), account()];
    const command_id = newId();
    first.carrier.loseAnswer();
    expect(await codeOf(link(first.id, first.owned.number, { command_id }))).toBe('CARRIER.UNKNOWN_OUTCOME');
    await expect(link(first.id, first.owned.number, { command_id })).resolves.toMatchObject({ active: true });
    const forsaken = newId();
    const unavailable = new AppError('unavailable', 'CARRIER.UNAVAILABLE', 'Not now.');
    second.carrier.refuse(unavailable);
    const asked = link(second.id, second.owned.number, { command_id: forsaken });
    expect(await codeOf(asked)).toBe('CARRIER.UNAVAILABLE');
    expect(second.owned).toMatchObject(elsewhere);
    await harness.database.query(
      `UPDATE number_orders SET created_at = now() - interval '10 minutes' WHERE command_id = $1`,
      [forsaken],
    );
    await eventually(() => expect(second.owned).toMatchObject(urlsOf(second.id)));
  });

  it('that the carrier refuses to point is given up, and can be linked again', async () => {
    const { id, owned, carrier } = account();
    const command_id = newId();
    carrier.refuse();
    expect(await codeOf(link(id, owned.number, { command_id }))).toBe('CARRIER.REFUSED');
    expect(harness.numbers.get(owned.number)?.active).toBe(false);
    await expect(link(id, owned.number, { command_id })).resolves.toMatchObject({ active: true });
  });
});

describe('cancelling a number', () => {
  it('that is linked leaves it in its account, pointed nowhere', async () => {
    const { id, owned, carrier } = account();
    await link(id, owned.number);
    await expect(cancel(owned.number)).resolves.toMatchObject({ number: owned.number, active: false });
    expect(carrier.owned.get(owned.carrierId)).toMatchObject({ voiceUrl: '', statusUrl: '' });
    await expect(cancel(owned.number)).resolves.toMatchObject({ active: false });
  });

  it('that was pointed elsewhere meanwhile leaves it there', async () => {
    const { id, owned } = account();
    await link(id, owned.number);
    Object.assign(owned, elsewhere);
    await cancel(owned.number);
    expect(owned).toMatchObject(elsewhere);
  });

  describe('that is linked again while a slow second cancelling unpoints it', () => {
    /** A number that was cancelled, while another cancelling of it waits for the carrier until `goOn` is called. */
    async function cancelledTwice() {
      const { id, owned, carrier } = account();
      await link(id, owned.number);
      const unpointNumber = carrier.unpointNumber.bind(carrier);
      const gate = new EventEmitter();
      const spy = jest.spyOn(carrier, 'unpointNumber').mockImplementationOnce(async (carrierId, urls) => {
        await once(gate, 'open');
        return unpointNumber(carrierId, urls);
      });
      const slow = cancel(owned.number);
      await eventually(() => expect(spy).toHaveBeenCalledTimes(1));
      await cancel(owned.number);
      return { id, owned, carrier, slow, goOn: () => gate.emit('open') };
    }

    it('stays pointed here', async () => {
      const { id, owned, slow, goOn } = await cancelledTwice();
      await link(id, owned.number);
      goOn();
      await expect(slow).resolves.toMatchObject({ active: false });
      expect(harness.numbers.get(owned.number)?.active).toBe(true);
      expect(owned).toMatchObject(urlsOf(id));
    });

    it('and cancelled once more meanwhile is pointed nowhere', async () => {
      const { id, owned, carrier, slow, goOn } = await cancelledTwice();
      await link(id, owned.number);
      const pointNumber = carrier.pointNumber.bind(carrier);
      const spy = jest.spyOn(carrier, 'pointNumber').mockImplementationOnce(async (carrierId, urls) => {
        await cancel(owned.number);
        return pointNumber(carrierId, urls);
      });
      goOn();
      await slow;
      expect(spy).toHaveBeenCalledTimes(1);
      expect(harness.numbers.get(owned.number)?.active).toBe(false);
      expect(owned).toMatchObject({ voiceUrl: '', statusUrl: '' });
    });
  });

  it('whose account lets us in no longer is cancelled all the same', async () => {
    const { id, owned } = account();
    await link(id, owned.number);
    config.changeToken(id, 'wrong');
    await expect(cancel(owned.number)).resolves.toMatchObject({ active: false });
  });

  it('that was bought gives it back, also when the first answer was lost', async () => {
    const owned = harness.carrier.own(`+1${++line}`);
    harness.numbers.set(
      owned.number,
      harness.phoneNumber({ number: owned.number, carrier_number_id: owned.carrierId }),
    );
    harness.carrier.loseAnswer();
    expect(await codeOf(cancel(owned.number))).toBe('CARRIER.UNKNOWN_OUTCOME');
    expect(harness.carrier.owned.has(owned.carrierId)).toBe(false);
    await expect(cancel(owned.number)).resolves.toMatchObject({ active: false });
  });
});

describe('a steering pool', () => {
  const add = (id: string, number: string | null, over: Record<string, unknown> = {}) =>
    harness.asks.ask(addToSteeringPool, { user_id: userId, command_id: newId(), id, number, ...over });

  it('takes a number that the account has, once, and leaves it pointed where it was', async () => {
    const { id, owned } = account();
    await expect(add(id, owned.number)).resolves.toMatchObject({ steering_pool: [owned.number] });
    expect(owned).toMatchObject(elsewhere);
    expect(await codeOf(add(id, owned.number))).toBe('STEERING_POOL.HAS_NUMBER');
  });

  it('takes none that the account has not, and none of another user’s', async () => {
    const { id, owned } = account();
    expect(await codeOf(add(id, otherNumber))).toBe('NUMBER.NOT_OF_ACCOUNT');
    expect(await codeOf(add(id, owned.number, { user_id: newId() }))).toBe('ACCOUNT_CONNECTION.NOT_FOUND');
  });

  it('without a number buys one on that account, once for one command', async () => {
    const { id, carrier } = account();
    const command_id = newId();
    carrier.loseAnswer();
    expect(await codeOf(add(id, null, { command_id }))).toBe('CARRIER.UNKNOWN_OUTCOME');
    const repeats = await Promise.all([add(id, null, { command_id }), add(id, null, { command_id })]);
    expect(carrier.bought).toHaveLength(1);
    for (const { steering_pool } of repeats) expect(steering_pool).toEqual([carrier.bought[0]?.number]);
  });
});

describe('a call on a linked number', () => {
  let linked: PhoneNumber;
  let own: ReturnType<typeof account>;
  beforeAll(async () => {
    own = account();
    linked = await link(own.id, own.owned.number);
  });
  const asAccount = () => ({ user_id: userId, connection_id: own.id });
  const arrival = () => ({ CallSid: `CA${newId()}`, From: otherNumber, To: linked.number });

  it('goes out through its account, with addresses that name it, and is hung up there', async () => {
    const before = harness.carrier.placed.length;
    const call = await harness.place({ from_number: linked.number });
    const base = `https://parley.example.com/carriers/twilio/accounts/${userId}/${own.id}`;
    expect(own.carrier.placed.at(-1)).toMatchObject({
      from: linked.number,
      answerUrl: `${base}/answer/${call.id}`,
      statusUrl: `${base}/status/${call.id}`,
    });
    expect(call.telephony_account_connection?.id).toBe(own.id);
    expect(harness.carrier.placed).toHaveLength(before);
    await harness.asks.ask(endCall, { user_id: userId, call_id: call.id, command_id: newId() });
    expect(own.carrier.ended).toContain(call.carrier_call_sid);
  });

  it('is reported by its account alone', async () => {
    const call = await harness.place({ from_number: linked.number });
    const status = { CallStatus: 'busy' };
    const strangers = [
      null,
      { user_id: userId, connection_id: newId() },
      { ...asAccount(), user_id: newId() },
    ];
    for (const stranger of strangers) await harness.carrierAsks('status', call, status, stranger);
    expect((await harness.call(call.id)).carrier_call_status).toBe('queued');
    await harness.carrierAsks('status', call, status, asAccount());
    expect((await harness.call(call.id)).carrier_call_status).toBe('busy');
  });

  it('of the deployment is not reported by a user’s account', async () => {
    const call = await harness.place();
    await harness.carrierAsks('status', call, { CallStatus: 'busy' }, asAccount());
    expect((await harness.call(call.id)).carrier_call_status).toBe('queued');
  });

  it('comes in by its account, and its token for media names it', async () => {
    const document = await harness.carrierAsks('inbound', null, arrival(), asAccount());
    const token = /\/media\/([\w.-]+)"/.exec(document ?? '')?.[1] ?? '';
    const grant = harness.tokens.check(token, Date.now());
    expect(grant.account).toEqual({ userId, connectionId: own.id });
    expect(document).toContain(`/accounts/${userId}/${own.id}/connect-ended/${grant.callId}`);
    expect((await harness.call(grant.callId)).telephony_account_connection?.id).toBe(own.id);
  });

  it('is turned away where another account, or the deployment’s, says that it comes in', async () => {
    const other = account();
    for (const stranger of [null, { user_id: userId, connection_id: other.id }]) {
      expect(await harness.carrierAsks('inbound', null, arrival(), stranger)).toContain('<Reject');
    }
    const theirs = harness.phoneNumber({ number: `+1${++line}`, user_id: newId() });
    harness.numbers.set(theirs.number, theirs);
    const forged = { ...arrival(), To: theirs.number };
    expect(await harness.carrierAsks('inbound', null, forged, asAccount())).toContain('<Reject');
  });

  it('does not go out under a number that somebody else has here', async () => {
    const theirs = harness.phoneNumber({ number: `+1${++line}`, user_id: newId() });
    harness.numbers.set(theirs.number, theirs);
    const error = await errorOf(harness.place({ from_number: theirs.number }));
    expect([error?.code, error?.issues?.[0]?.path]).toEqual(['NUMBER.NOT_YOURS', ['body', 'from_number']]);
  });
});
