import { getUsage } from '@parley/contracts';
import { newId, SystemClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { CallChanges } from '../calls/call-changes';
import { CallControlHarness, otherNumber, ownNumber, quickRules } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier, userId } = harness;
const usage = (user_id = userId) => harness.asks.ask(getUsage, { user_id });
const months = (user = userId) =>
  harness.database.query<{ month: string; connected_ms: string; calls: number }[]>(
    'SELECT month::text, connected_ms, calls FROM usage_months WHERE user_id = $1 ORDER BY month',
    [user],
  );
/** A connected call as if it had been picked up, and have ended at the carrier, at these times. */
async function talked(connectedAtMs: number, endedAtMs: number): Promise<string> {
  const call = await harness.connectedCall();
  await harness.database.query(
    `UPDATE calls SET life = life || jsonb_build_object(
       'createdAtMs', $2::bigint, 'answeredAtMs', $2::bigint, 'connectedAtMs', $2::bigint,
       'carrier', 'completed', 'carrierEndedAtMs', $3::bigint), check_at = now() WHERE id = $1`,
    [call.id, connectedAtMs, endedAtMs],
  );
  await harness.ended(call.id);
  return call.id;
}

beforeAll(() => harness.start());
afterAll(() => harness.close());
beforeEach(async () => {
  harness.limitMinutes = null;
  await harness.database.query('DELETE FROM usage_months');
});

describe('usage', () => {
  it('adds up what calls were connected, to the month (UTC) in which each ended', async () => {
    const now = new Date();
    const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1);
    const monthOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 7)}-01`;
    const callId = await talked(monthMs - 90_400, monthMs - 1);
    await talked(monthMs - 30_000, monthMs + 45_300);
    await talked(monthMs, monthMs + 60_400);
    expect(await months()).toEqual([
      { month: monthOf(monthMs - 1), connected_ms: '90399', calls: 1 },
      { month: monthOf(monthMs), connected_ms: '135700', calls: 2 },
    ]);
    expect(await usage()).toEqual({ month_seconds: 0, month_calls: 0 });
    await talked(now.getTime() - 61_900, now.getTime());
    expect(await usage()).toEqual({ month_seconds: 61, month_calls: 1 });
    const { start_time, end_time } = await harness.call(callId);
    expect([start_time, end_time]).toEqual([monthMs - 90_400, monthMs - 1]);
  });

  it('counts neither a call that nobody picked up, nor one that goes on, nor anybody else’s', async () => {
    carrier.refuse();
    await harness.place();
    await harness.connectedCall();
    await talked(Date.now() - 5_000, Date.now() - 1_000);
    expect(await months()).toMatchObject([{ calls: 1 }]);
    expect(await usage(newId())).toEqual({ month_seconds: 0, month_calls: 0 });
  });

  it('counts a call once, however often its end is reported, and together with its final state or not at all', async () => {
    const call = await harness.connectedCall();
    const changes = new CallChanges({
      database: harness.database,
      clock: new SystemClock(),
      rules: { ...quickRules, settleMs: 0 },
      logger: createLogger({ service: 'usage-spec', level: 'fatal' }),
      onEvents: () => undefined,
    });
    const end = (fails: boolean) =>
      changes.change(userId, call.id, async (locked) => {
        await locked.advance({ type: 'carrier_status', status: 'completed' });
        await locked.advance({ type: 'tick' });
        expect(locked.life.endedAtMs).not.toBeNull();
        if (fails) throw new Error('died before its commit');
      });
    await expect(end(true)).rejects.toThrow('died');
    expect(await months()).toEqual([]);
    await end(false);
    await end(false);
    await Promise.all([end(false), end(false)]);
    expect(await months()).toMatchObject([{ calls: 1 }]);
    const ends = (await harness.eventTypes(call.id)).filter((type) => type === 'event_phone_call_ended');
    expect(ends).toHaveLength(1);
  });
});

describe('a plan’s minutes', () => {
  // A limit is remembered for a while: each case has a user of its own.
  const user_id = newId();
  const inbound = () =>
    harness.carrierAsks('inbound', null, {
      CallSid: `CA${newId()}`,
      From: otherNumber,
      To: ownNumber,
      CallStatus: 'ringing',
    });
  const setUsage = (seconds: number) =>
    harness.database.query(
      `INSERT INTO usage_months (user_id, month, connected_ms, calls)
       VALUES ($1, date_trunc('month', now() AT TIME ZONE 'UTC'), $2, 1)
       ON CONFLICT (user_id, month) DO UPDATE SET connected_ms = excluded.connected_ms`,
      [user_id, seconds * 1000],
    );

  it('that are used up let the user call nobody, nor be called; what was placed before is answered', async () => {
    harness.limitMinutes = 1;
    harness.numbers.set(ownNumber, harness.phoneNumber({ user_id }));
    const asked = { user_id, command_id: newId(), fingerprint: 'one' };
    await setUsage(59);
    const before = await harness.place(asked);
    expect(await inbound()).toContain('<Connect');
    await setUsage(60);
    const placed = carrier.placed.length;
    await expect(harness.place({ user_id })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'USAGE.LIMIT_REACHED',
    });
    expect(carrier.placed).toHaveLength(placed);
    expect(await inbound()).toContain('<Reject');
    await expect(harness.place(asked)).resolves.toMatchObject({ id: before.id });
    await expect(harness.place()).resolves.toMatchObject({ status: 'not_started' });
  });

  it('that are none let the user call nobody at all', async () => {
    harness.limitMinutes = 0;
    await expect(harness.place({ user_id: newId() })).rejects.toMatchObject({ code: 'USAGE.LIMIT_REACHED' });
  });
});
