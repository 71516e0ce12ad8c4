import 'reflect-metadata';
import {
  accountConnectionAsks,
  createNumber,
  deactivateNumber,
  getNumber,
  getSigningToken,
  listNumbers,
  removeFromSteeringPool,
  resolveInbound,
  storeInSteeringPool,
  updateNumber,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import { ConfigHarness, startConfigHarness } from '../testing/config.harness';

let config: ConfigHarness;
let asks: AskClient;
let userId: string;
let otherUserId: string;

beforeAll(async () => {
  config = await startConfigHarness();
  ({ asks, ada: userId, ben: otherUserId } = config);
});
afterAll(() => config.close());

const command = (user = userId) => ({ user_id: user, command_id: newId() });
const errorOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => AppError.from(error).code,
  );

const twilio = (over: object = {}) => ({
  type: 'account_connection_twilio' as const,
  credentials: { twilio_account_sid: `AC${'1'.repeat(32)}`, twilio_auth_token: 'v1:k1:sealed' },
  steering_pool: [],
  account_supports_any_caller_id: false,
  ...over,
});
const openAi = { type: 'account_connection_openai' as const, credentials: { openai_api_key: 'v1:k1:other' } };

const connect = (params: Parameters<typeof accountConnectionAsks.create.request.parse>[0] = twilio()) =>
  asks.ask(accountConnectionAsks.create, {
    ...command(),
    id: newId(),
    params: accountConnectionAsks.create.request.shape.params.parse(params),
  });
const update = (id: string, params: object, user = userId) =>
  asks.ask(accountConnectionAsks.update, { ...command(user), id, params: params as never });

let line = 4_155_551_000;
const number = (over: object = {}, user = userId) =>
  asks.ask(createNumber, {
    ...command(user),
    id: newId(),
    number: `+1${++line}`,
    telephony_provider: 'twilio',
    carrier_number_id: 'PN1',
    inbound_agent: null,
    ...over,
  });

describe('account connections', () => {
  it('are stored as they come, with what was sealed still sealed, and read back by their owner alone', async () => {
    const made = await connect(twilio({ steering_pool: ['+14155550001'] }));
    expect(made).toMatchObject({ ...twilio({ steering_pool: ['+14155550001'] }), user_id: userId });
    expect(await asks.ask(accountConnectionAsks.get, { user_id: userId, id: made.id })).toEqual(made);
    const of = (user_id: string, id: string) => errorOf(asks.ask(accountConnectionAsks.get, { user_id, id }));
    expect([await of(otherUserId, made.id), await of(userId, newId())]).toEqual([
      'ACCOUNT_CONNECTION.NOT_FOUND',
      'ACCOUNT_CONNECTION.NOT_FOUND',
    ]);
  });

  it('change what a patch names; a secret left out stays', async () => {
    const made = await connect();
    const sid = `AC${'2'.repeat(32)}`;
    await update(made.id, { type: made.type, credentials: { twilio_account_sid: sid } });
    expect(await asks.ask(getSigningToken, { user_id: userId, id: made.id })).toEqual({
      twilio_account_sid: sid,
      twilio_auth_token: 'v1:k1:sealed',
      version: 2,
    });
    await update(made.id, { type: made.type });
    const after = await asks.ask(getSigningToken, { user_id: userId, id: made.id });
    expect(after.version).toBe(2);
  });

  it('keep their type', async () => {
    const made = await connect();
    expect(await errorOf(update(made.id, openAi))).toBe('ACCOUNT_CONNECTION.OTHER_TYPE');
    expect(await errorOf(update(made.id, { type: made.type }, otherUserId))).toBe(
      'ACCOUNT_CONNECTION.NOT_FOUND',
    );
  });

  it('do not change to another account under numbers that are in use', async () => {
    const made = await connect();
    const { id } = await number({ telephony_account_connection: made.id });
    const other = { type: made.type, credentials: { twilio_account_sid: `AC${'3'.repeat(32)}` } };
    const token = { type: made.type, credentials: { twilio_auth_token: 'v1:k1:new' } };
    expect(await errorOf(update(made.id, other))).toBe('ACCOUNT_CONNECTION.IN_USE');
    await expect(update(made.id, token)).resolves.toMatchObject({ credentials: token.credentials });
    await asks.ask(deactivateNumber, { ...command(), id });
    await expect(update(made.id, other)).resolves.toMatchObject({ credentials: other.credentials });
  });

  it('of OpenAI sign nothing and have no pool', async () => {
    const { id } = await connect(openAi);
    const asked = [
      asks.ask(getSigningToken, { user_id: userId, id }),
      asks.ask(storeInSteeringPool, { ...command(), id, number: '+14155550001' }),
    ];
    expect(await Promise.all(asked.map(errorOf))).toEqual([
      'ACCOUNT_CONNECTION.NOT_TWILIO',
      'ACCOUNT_CONNECTION.NOT_TWILIO',
    ]);
  });

  it('have a pool that takes a number once and gives it up once, whatever is done at once', async () => {
    const { id } = await connect();
    const numbers = Array.from({ length: 10 }, (_, index) => `+1415555010${index}`);
    await Promise.all(
      numbers.map((added) => asks.ask(storeInSteeringPool, { ...command(), id, number: added })),
    );
    const full = await asks.ask(accountConnectionAsks.get, { user_id: userId, id });
    expect(full.type === 'account_connection_twilio' && [...full.steering_pool].sort()).toEqual(numbers);
    const again = asks.ask(storeInSteeringPool, { ...command(), id, number: numbers[0] ?? '' });
    expect(await errorOf(again)).toBe('STEERING_POOL.HAS_NUMBER');
    const remove = () => asks.ask(removeFromSteeringPool, { ...command(), id, number: numbers[0] ?? '' });
    expect((await remove()).steering_pool).toHaveLength(9);
    expect(await errorOf(remove())).toBe('STEERING_POOL.NO_SUCH_NUMBER');
  });

  it('are listed newest first, in stretches, sorted by what they have', async () => {
    const user_id = otherUserId;
    const ids: string[] = [];
    for (const params of [twilio(), openAi, twilio()]) {
      const id = newId();
      await asks.ask(accountConnectionAsks.create, { ...command(user_id), id, params });
      ids.push(id);
    }
    const list = async (over: object) =>
      asks.ask(accountConnectionAsks.list, { user_id, offset: 0, limit: 10, sort: null, ...over });
    const all = await list({});
    expect([all.items.map(({ id }) => id), all.total, all.total_is_estimated]).toEqual([
      [...ids].reverse(),
      3,
      false,
    ]);
    const second = await list({ offset: 1, limit: 1, sort: { column: 'type', desc: false } });
    expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(await errorOf(list({ sort: { column: 'credentials', desc: false } }))).toBe('LIST.UNKNOWN_COLUMN');
  });
});

describe('numbers of an account', () => {
  it('show the account, which has to be a Twilio account of the same user', async () => {
    const made = await connect();
    const linked = await number({
      telephony_account_connection: made.id,
      origin: 'linked',
      outbound_only: true,
    });
    expect(linked).toMatchObject({
      telephony_account_connection: made,
      origin: 'linked',
      outbound_only: true,
    });
    expect(await errorOf(number({ telephony_account_connection: made.id }, otherUserId))).toBe(
      'ACCOUNT_CONNECTION.NOT_FOUND',
    );
    const { id } = await connect(openAi);
    expect(await errorOf(number({ telephony_account_connection: id }))).toBe('ACCOUNT_CONNECTION.NOT_TWILIO');
  });

  it('that are given up are free for anybody, can be read, and cannot be changed', async () => {
    const given = await number();
    const deactivate = (user = userId) => asks.ask(deactivateNumber, { ...command(user), id: given.id });
    expect(await errorOf(deactivate(otherUserId))).toBe('NUMBER.NOT_FOUND');
    const up = { ...given, active: false };
    expect([await deactivate(), await deactivate()]).toEqual([up, up]);
    expect(await errorOf(asks.ask(resolveInbound, { number: given.number }))).toBe('NUMBER.NOT_FOUND');
    expect(await asks.ask(getNumber, { user_id: userId, number: given.number })).toEqual(up);
    expect(
      await errorOf(asks.ask(updateNumber, { ...command(), number: given.number, params: { label: 'x' } })),
    ).toBe('NUMBER.NOT_FOUND');
    const theirs = await number({ number: given.number }, otherUserId);
    await deactivate();
    expect(await asks.ask(resolveInbound, { number: given.number })).toEqual(theirs);
  });

  it('leave their pool when they are given back, and not when they were only linked', async () => {
    const { id } = await connect();
    const bought = await number({ telephony_account_connection: id });
    const linked = await number({ telephony_account_connection: id, origin: 'linked' });
    for (const each of [bought, linked]) {
      await asks.ask(storeInSteeringPool, { ...command(), id, number: each.number });
      await asks.ask(deactivateNumber, { ...command(), id: each.id });
    }
    await expect(asks.ask(accountConnectionAsks.get, { user_id: userId, id })).resolves.toMatchObject({
      steering_pool: [linked.number],
    });
  });

  it('are listed with ids for what they refer to, given up ones too', async () => {
    const list = async (column: string, desc = false) =>
      asks.ask(listNumbers, { user_id: userId, offset: 0, limit: 100, sort: { column, desc } });
    const { items, total } = await list('number');
    expect(items).toHaveLength(total);
    const texts = items.map((item) => item.number);
    expect(texts).toEqual([...texts].sort());
    expect((await list('active', true)).items.at(-1)?.active).toBe(false);
    expect(items.some((item) => typeof item.telephony_account_connection === 'string')).toBe(true);
    expect(await errorOf(list('carrier_number_id'))).toBe('LIST.UNKNOWN_COLUMN');
  });
});
