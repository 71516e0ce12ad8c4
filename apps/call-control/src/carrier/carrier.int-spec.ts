import { newId } from '@parley/kernel';
import fc from 'fast-check';
import { CallControlHarness, otherNumber, ownNumber } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier } = harness;

beforeAll(() => harness.start());
afterAll(() => harness.close());

const sidOf = () => `CA${newId().replaceAll('-', '')}`;
const ends = (types: string[]) => types.filter((type) => type === 'event_phone_call_ended').length;

describe('a carrier’s reports of an outbound call', () => {
  it('end in one state and one end, in any order and any number of times', async () => {
    const statuses = ['queued', 'initiated', 'ringing', 'no-answer'];
    const order = fc.shuffledSubarray([...statuses, ...statuses, 'ringing'], { minLength: 5 });
    for (const reports of fc.sample(order, { numRuns: 12, seed: 7 })) {
      const call = await harness.place();
      carrier.setStatus(call.carrier_call_sid ?? '', 'no-answer');
      const sent = reports.map((CallStatus, index) =>
        harness.carrierAsks('status', call, { CallStatus, SequenceNumber: String(index) }),
      );
      expect(new Set(await Promise.all(sent))).toEqual(new Set([null]));
      await expect(harness.ended(call.id)).resolves.toMatchObject({
        status: 'ended',
        stage_outcome: 'human_unanswered',
        carrier_call_status: 'no-answer',
      });
      expect(await harness.eventTypes(call.id)).toEqual([
        'event_phone_call_did_not_connect',
        'event_phone_call_ended',
      ]);
    }
  });

  it('are stored as they came, once each', async () => {
    const call = await harness.place();
    const report = { CallStatus: 'ringing', SequenceNumber: '1', StirVerstat: 'TN-Validation-Passed-A' };
    await harness.carrierAsks('status', call, report);
    await harness.carrierAsks('status', call, report);
    const rows = await harness.database.query<{ params: unknown }[]>(
      'SELECT params FROM carrier_callbacks WHERE call_id = $1',
      [call.id],
    );
    expect(rows).toEqual([{ params: { ...report, CallSid: call.carrier_call_sid } }]);
  });

  it('about another leg, or an unknown call, change nothing', async () => {
    const call = await harness.place();
    await harness.carrierAsks('status', call, { CallSid: sidOf(), CallStatus: 'busy' });
    expect((await harness.call(call.id)).carrier_call_status).toBe('queued');
    const unknown = { id: newId(), carrier_call_sid: sidOf() };
    expect(await harness.carrierAsks('answer', unknown, { CallStatus: 'in-progress' })).toContain(
      '<Hangup/>',
    );
    expect(await harness.carrierAsks('status', unknown, { CallStatus: 'busy' })).toBeNull();
  });

  it('about a leg of another call change nothing, though the call has none of its own yet', async () => {
    carrier.refuse();
    const [refused, other] = [await harness.place(), await harness.place()];
    const report = { CallSid: other.carrier_call_sid ?? '', CallStatus: 'completed' };
    expect(await harness.carrierAsks('status', refused, report)).toBeNull();
    expect((await harness.call(refused.id)).carrier_call_sid).toBeNull();
    expect((await harness.call(other.id)).carrier_call_status).toBe('queued');
  });
});

describe('a carrier that sends nonsense', () => {
  const huge = 'x'.repeat(200_000);

  it.each<[string, Record<string, string>]>([
    ['a huge id', { CallSid: huge, CallStatus: 'ringing' }],
    ['an id with NUL in it', { CallSid: 'CA\0', CallStatus: 'ringing' }],
    ['no id', { CallSid: '', CallStatus: 'ringing' }],
    ['an unknown status', { CallStatus: `ringing\0${huge}` }],
    ['huge and unspeakable fields', { StirVerstat: huge, 'a\0b': '\ud800' }],
    ['a strange transfer', { ParentCallSid: '\0', DialCallSid: huge, DialCallStatus: '\0' }],
  ])('%s: is answered, and moves nothing', async (_name, params) => {
    const call = await harness.place();
    expect(await harness.carrierAsks('status', call, params)).toBeNull();
    expect(await harness.carrierAsks('dial-ended', call, params)).toContain('<Hangup/>');
    expect(await harness.carrierAsks('inbound', null, { To: ownNumber, ...params })).toContain('<Reject');
    expect(await harness.carrierAsks('inbound-status', null, params)).toBeNull();
    expect(await harness.call(call.id)).toMatchObject({
      status: 'not_started',
      carrier_call_sid: call.carrier_call_sid,
    });
  });

  it('a flood about unknown calls leaves nothing behind', async () => {
    const rows = () => harness.database.query<unknown[]>('SELECT count(*) FROM carrier_callbacks');
    const before = await rows();
    const asked = Array.from({ length: 200 }, () =>
      harness.carrierAsks('status', { id: newId(), carrier_call_sid: sidOf() }, { CallStatus: 'busy' }),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([null]));
    expect(await rows()).toEqual(before);
  });
});

describe('an answered call', () => {
  it('gets a stream with a token of its own each time it asks', async () => {
    const call = await harness.place();
    const first = await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' });
    expect(first).toMatch(
      /<Connect action="https:\/\/parley\.example\.com\/carriers\/twilio\/connect-ended\/[^"]+" method="POST"><Stream url="wss:\/\/parley\.example\.com\/media\/[\w.-]+"\/><\/Connect>/,
    );
    expect(await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' })).not.toBe(first);
    expect((await harness.call(call.id)).status).toBe('in_progress');
  });

  it('may be answered and attached before the dial’s own answer came', async () => {
    carrier.loseAnswer();
    const call = await harness.place();
    const sid = carrier.placed.at(-1)?.sid ?? '';
    const document = await harness.carrierAsks('answer', call, { CallSid: sid, CallStatus: 'in-progress' });
    await expect(harness.attach(document, sid)).resolves.toMatchObject({ stint: 1 });
    expect(await harness.call(call.id)).toMatchObject({ carrier_call_sid: sid, stage: 'picked_up' });
  });

  it('that was ended meanwhile is hung up', async () => {
    const call = await harness.place();
    await harness.carrierAsks('status', call, { CallStatus: 'canceled' });
    expect(await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' })).toContain('<Hangup/>');
  });

  it('whose stream is lost is taken up three times, each after a longer pause, then given up with an apology', async () => {
    const call = await harness.connectedCall();
    const lost = () => harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' });
    const again = await lost();
    await expect(harness.attach(again, call.carrier_call_sid, 'm2')).resolves.toMatchObject({ stint: 2 });
    expect(await lost()).toMatch(/<Pause length="2"\/>.*<Stream/);
    expect(await lost()).toMatch(/<Pause length="5"\/>.*<Stream/);
    expect(await lost()).toMatch(/<Say language="en-US">.*sorry.*<\/Say><Hangup\/>/);
    await harness.carrierAsks('status', call, { CallStatus: 'completed' });
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'error',
      error_message: expect.stringContaining('lost'),
      stage_outcome: 'bot_disconnected',
    });
  });

  it('whose caller hung up is not taken up again', async () => {
    const call = await harness.connectedCall();
    expect(await harness.carrierAsks('connect-ended', call, { CallStatus: 'completed' })).toContain(
      '<Hangup/>',
    );
    await expect(harness.ended(call.id)).resolves.toMatchObject({ stage_outcome: 'human_disconnected' });
    expect(ends(await harness.eventTypes(call.id))).toBe(1);
  });
});

describe('an inbound call', () => {
  const inbound = (CallSid: string, changes: Record<string, string> = {}) =>
    harness.carrierAsks('inbound', null, {
      CallSid,
      From: otherNumber,
      To: ownNumber,
      CallStatus: 'ringing',
      ...changes,
    });

  beforeEach(() => harness.numbers.set(ownNumber, harness.phoneNumber()));

  it('goes to the number’s agent, as one call however often the carrier asks', async () => {
    const sid = sidOf();
    const documents = await Promise.all([inbound(sid), inbound(sid), inbound(sid)]);
    const attached = await harness.attach(documents[0] ?? null, sid);
    expect(attached.spec).toMatchObject({
      direction: 'inbound',
      from_number: otherNumber,
      to_number: ownNumber,
      agent: { name: 'Ada' },
    });
    const calls = await harness.database.query<unknown[]>('SELECT id FROM calls WHERE direction = $1', [
      'inbound',
    ]);
    expect(calls).toHaveLength(1);
    expect(await harness.call(attached.spec.call_id)).toMatchObject({
      agent_phone_number: ownNumber,
      carrier_call_sid: sid,
      status: 'in_progress',
    });

    await harness.carrierAsks('inbound-status', null, { CallSid: sid, CallStatus: 'completed' });
    await expect(harness.ended(attached.spec.call_id)).resolves.toMatchObject({
      stage_outcome: 'human_disconnected',
    });
    expect(await harness.eventTypes(attached.spec.call_id)).toEqual([
      'event_phone_call_connected',
      'event_phone_call_ended',
      'event_transcript',
    ]);
  });

  it('takes a caller who withholds the number', async () => {
    const sid = sidOf();
    const { spec } = await harness.attach(await inbound(sid, { From: 'anonymous' }), sid);
    expect(spec.from_number).toBe('+266696687');
  });

  it.each([
    ['an unknown number', { To: '+14155550199' }, {}],
    ['something that is no number', { To: 'client:ada' }, {}],
    ['a number without an agent', {}, { inbound_agent: null }],
    ['a number that is not active', {}, { active: false }],
    ['a number for outbound calls only', {}, { outbound_only: true }],
  ])('to %s is turned away', async (_name, params, number) => {
    harness.numbers.set(ownNumber, harness.phoneNumber(number));
    expect(await inbound(sidOf(), params)).toContain('<Reject reason="rejected"/>');
  });

  it('that was turned away, and whose end is reported, is nobody’s', async () => {
    expect(
      await harness.carrierAsks('inbound-status', null, { CallSid: sidOf(), CallStatus: 'completed' }),
    ).toBeNull();
  });
});
