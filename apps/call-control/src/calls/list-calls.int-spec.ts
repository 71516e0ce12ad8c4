import { newCallLife } from '@parley/calls';
import { callSortColumns, listCalls, ListRequest, NormalizedCall } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { firstIdAt } from '@parley/persistence';
import { CallControlHarness, otherNumber } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { userId } = harness;
const list = (over: Partial<ListRequest> = {}) =>
  harness.asks.ask(listCalls, { user_id: userId, offset: 0, limit: 10, sort: null, ...over });
const idsOf = (answer: { items: NormalizedCall[] }) => answer.items.map(({ id }) => id);

/** As many calls of a user's as wanted, each of a made-up life, without going through their making. */
async function store(user: string, count: number, over: { monthsAgo?: number; contextChars?: number } = {}) {
  const now = new Date();
  const fromMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (over.monthsAgo ?? 0), 1);
  const prefix = firstIdAt(fromMs).slice(0, 14);
  await harness.database.query(
    `INSERT INTO calls (user_id, id, direction, from_number, to_number, agent, agent_id, options, provider, status, life,
       started_at, ended_at, created_at)
     SELECT $1, ($3 || '7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'outbound', '+1415555' || lpad((n % 7)::text, 4, '0'),
       '+1415556' || lpad((n % 5)::text, 4, '0'), '{}', $4, $5::jsonb, 'twilio',
       CASE WHEN n % 3 = 0 THEN 'error' ELSE 'ended' END,
       $6::jsonb || CASE WHEN n % 4 = 0 THEN '{}' ELSE jsonb_build_object('connectedAtMs', 1000 * (n % 11)) END,
       CASE WHEN n % 4 <> 0 THEN to_timestamp(n % 11) END, to_timestamp(n % 13), now()
     FROM generate_series(1, $2::int) n`,
    [
      user,
      count,
      prefix,
      harness.agent.id,
      JSON.stringify({
        hipaaCompliant: false,
        onNoHumanAnswer: null,
        context: { a: 'x'.repeat(over.contextChars ?? 1) },
        runDoNotCallDetection: null,
        telephonyParams: null,
      }),
      JSON.stringify({
        ...newCallLife('outbound', 1),
        endedAtMs: 1,
        carrierEndedAtMs: 1,
        stageOutcome: 'human_disconnected',
        carrier: 'completed',
      }),
    ],
  );
}

beforeAll(() => harness.start());
afterAll(() => harness.close());

describe('a list of calls', () => {
  it('shows each as it is asked for alone, but for its agent, newest first', async () => {
    const first = await harness.place({ context: { name: 'Ada' }, metadata: { a: 'b' } });
    const second = await harness.connectedCall();
    await harness.tell(second.id, [
      [1, 1, { type: 'message', sender: 'bot', text: 'Hello.', started_at_ms: 1, interrupted: false }],
      [1, 2, { type: 'message', sender: 'human', text: 'Bye.', started_at_ms: 2, interrupted: false }],
      [1, 3, { type: 'detached', reason: 'hung_up' }],
    ]);
    await harness.carrierAsks('status', second, { CallStatus: 'completed' });
    await harness.ended(second.id);
    const hidden = await harness.place({ hipaa_compliant: true });
    const alone = await Promise.all([hidden, second, first].map(({ id }) => harness.call(id)));
    expect(alone[1]?.transcript).toBe('BOT: Hello.\nHUMAN: Bye.');
    expect(await list()).toEqual({
      items: alone.map((call) => ({ ...call, agent: call.agent.id })),
      total: 3,
      total_is_estimated: false,
    });
  });

  it('goes on over months, also one that has no partition, without a call twice or never', async () => {
    const user_id = newId();
    for (const monthsAgo of [0, 1, 30]) await store(user_id, 25, { monthsAgo });
    const all = idsOf(await list({ user_id, limit: 1_000 }));
    expect(all).toHaveLength(75);
    expect([...all].sort().reverse()).toEqual(all);
    const pages = await Promise.all([0, 20, 40, 60].map((offset) => list({ user_id, offset, limit: 20 })));
    expect(pages.flatMap(idsOf)).toEqual(all);
    expect(pages.map(({ total }) => total)).toEqual([75, 75, 75, 75]);
    expect(await list({ user_id, offset: 75 })).toMatchObject({ items: [], total: 75 });
    expect(await list({ user_id: newId() })).toEqual({ items: [], total: 0, total_is_estimated: false });
  });

  it.each(callSortColumns)(
    'is sorted by %s in either direction, equals by age, the missing first',
    async (column) => {
      const user_id = newId();
      await store(user_id, 60);
      const up = (await list({ user_id, limit: 100, sort: { column, desc: false } })).items;
      const down = (await list({ user_id, limit: 100, sort: { column, desc: true } })).items;
      expect(down).toEqual([...up].reverse());
      const keys = {
        id: ({ id }: NormalizedCall) => id,
        created_at: ({ id }: NormalizedCall) => id,
        start_time: (call: NormalizedCall) => (call.start_time === null ? '' : `${call.start_time + 1e6}`),
        end_time: ({ id }: NormalizedCall) => `${(Number(id.slice(-12)) % 13) + 100}`,
        status: ({ id }: NormalizedCall) => (Number(id.slice(-12)) % 3 === 0 ? 'error' : 'ended'),
        to_number: (call: NormalizedCall) => call.to_number,
        from_number: (call: NormalizedCall) => call.from_number,
      };
      const of = (call: NormalizedCall) => `${keys[column](call)} ${call.id}`;
      expect(up.map(of)).toEqual(up.map(of).sort());
    },
  );

  it('names the columns that there are', async () => {
    const sort = { column: 'agent; DROP TABLE calls', desc: false };
    const error = AppError.from(await list({ sort }).catch((thrown: unknown) => thrown));
    expect([error.kind, error.issues?.[0]?.path]).toEqual(['invalid', ['query', 'sort_column']]);
    expect(error.message).toContain('start_time');
    for (const column of ['__proto__', 'constructor', '']) {
      await expect(list({ sort: { column, desc: true } })).rejects.toMatchObject({ kind: 'invalid' });
    }
  });

  it('stops where an answer would be too large, and is taken up from there', async () => {
    const user_id = newId();
    await store(user_id, 40, { contextChars: 60_000 });
    const found: string[] = [];
    while (found.length < 40) {
      const { items, total } = await list({ user_id, offset: found.length, limit: 1_000 });
      expect([items.length < 40, items.length > 0, total]).toEqual([true, true, 40]);
      found.push(...items.map(({ id }) => id));
    }
    expect(new Set(found).size).toBe(40);
  });

  it('counts up to 10,000 and estimates above, never below what it has shown', async () => {
    const user_id = newId();
    await store(user_id, 10_000, { monthsAgo: 1 });
    expect(await list({ user_id })).toMatchObject({ total: 10_000, total_is_estimated: false });
    await store(user_id, 2_000);
    await harness.database.query('ANALYZE calls');
    const { total, total_is_estimated } = await list({ user_id });
    expect(total_is_estimated).toBe(true);
    expect(total).toBeGreaterThan(10_800);
    expect(total).toBeLessThan(13_200);
    await store(user_id, 4_000, { monthsAgo: 2 });
    const beyond = await list({ user_id, offset: 15_000 });
    expect([beyond.total, beyond.total_is_estimated]).toEqual([15_011, true]);
    expect(await list({ user_id, offset: 15_995 })).toMatchObject({
      total: 16_000,
      total_is_estimated: false,
    });
  });

  it('has nothing of another user', async () => {
    const call = await harness.place();
    const stranger = newId();
    await harness.place({ user_id: stranger, to_number: otherNumber });
    expect(idsOf(await list({ user_id: stranger }))).not.toContain(call.id);
    expect(idsOf(await list({ limit: 1_000 }))).toContain(call.id);
  });
});
