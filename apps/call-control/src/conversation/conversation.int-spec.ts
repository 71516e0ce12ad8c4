import type { CallLife } from '@parley/calls';
import { checkTransfer, FactBody, finish, transfer } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { CallControlHarness, otherNumber, ownNumber, quickRules } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier, userId } = harness;

beforeAll(() => harness.start());
afterAll(() => harness.close());

const said = (sender: 'human' | 'bot', text: string, interrupted = false): FactBody => ({
  type: 'message',
  sender,
  text,
  started_at_ms: 1_700_000_000_500,
  interrupted,
});
const detached: FactBody = { type: 'detached', reason: 'closed' };
const action = { tool_call_id: 't1', action_id: newId(), action_type: 'action_dtmf', input: { digits: '1' } };
const completed = (call: { id: string; carrier_call_sid: string }) =>
  harness.carrierAsks('status', call, { CallStatus: 'completed' });
const texts = async (callId: string) =>
  (await harness.events(callId))
    .filter((event) => event.type === 'event_message')
    .map((event) => event.payload['text']);
const finishing = (callId: string, stint: number, changes: Record<string, unknown> = {}) =>
  harness.asks.ask(finish, {
    user_id: userId,
    call_id: callId,
    stint,
    command_id: newId(),
    reason: 'agent_ended',
    error_message: null,
    ...changes,
  });

describe('facts', () => {
  it('become the log, the events and the transcript, in one order', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [
      [1, 1, said('bot', 'Hello!')],
      [1, 2, said('human', 'press one')],
      [1, 3, { type: 'action_started', ...action }],
      [1, 4, { type: 'action_finished', ...action, output: { success: true } }],
      [1, 5, said('bot', 'Done, now I', true)],
      [1, 6, { type: 'problem', code: 'MODEL.SLOW', message: 'slow' }],
      [1, 7, detached],
    ]);
    await eventually(async () => expect(await texts(call.id)).toContain('Done, now I'));
    await finishing(call.id, 1);
    await completed(call);
    const ended = await harness.ended(call.id);
    const transcript = [
      'BOT: Hello!',
      'HUMAN: press one',
      'BOT_ACTION_START: action_dtmf {"digits":"1"}',
      'BOT_ACTION_FINISH: action_dtmf {"success":true}',
      'BOT: Done, now I-',
    ].join('\n');
    expect(ended).toMatchObject({ status: 'ended', stage_outcome: 'bot_disconnected', transcript });

    const events = await harness.events(call.id);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ type, payload }) => [type, payload])).toEqual([
      ['event_phone_call_connected', { to_phone_number: '14155552671', from_phone_number: '15005550006' }],
      ['event_message', { text: 'Hello!', sender: 'bot', timestamp: 1_700_000_000.5, interrupted: false }],
      [
        'event_message',
        { text: 'press one', sender: 'human', timestamp: 1_700_000_000.5, interrupted: false },
      ],
      ['event_action', { action_type: 'action_dtmf', tool_call_id: 't1', action_input: { digits: '1' } }],
      [
        'event_action',
        {
          action_type: 'action_dtmf',
          tool_call_id: 't1',
          action_input: { digits: '1' },
          action_output: { success: true },
        },
      ],
      [
        'event_message',
        { text: 'Done, now I', sender: 'bot', timestamp: 1_700_000_000.5, interrupted: true },
      ],
      [
        'event_phone_call_ended',
        {
          conversation_minutes: expect.any(Number),
          status: 'ended',
          stage_outcome: 'bot_disconnected',
          error_message: null,
        },
      ],
      ['event_transcript', { transcript }],
    ]);
    expect(new Set(events.map((event) => event.webhook_id)).size).toBe(1);
  });

  it('are put in order and taken once, however they come', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [
      [1, 3, said('bot', 'three')],
      [1, 1, said('bot', 'one')],
      [1, 1, said('bot', 'one')],
      [1, 4, said('bot', 'four')],
      [1, 2, said('bot', 'two')],
      [1, 3, said('bot', 'three')],
    ]);
    await eventually(async () => expect(await texts(call.id)).toEqual(['one', 'two', 'three', 'four']));
  });

  it('that never come leave a mark after a while, and the rest goes on', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [
      [1, 1, said('bot', 'one')],
      [1, 3, said('bot', 'three')],
    ]);
    await eventually(async () => expect(await texts(call.id)).toEqual(['one']));
    const sinceMs = performance.now();
    await eventually(async () => expect(await texts(call.id)).toEqual(['one', 'three']));
    expect(performance.now() - sinceMs).toBeGreaterThan(quickRules.gapMs / 2);
    const marks = await harness.database.query<unknown[]>(
      `SELECT data FROM call_log WHERE call_id = $1 AND kind = 'gap'`,
      [call.id],
    );
    expect(marks).toEqual([{ data: { type: 'gap', before: 3 } }]);
    await harness.tell(call.id, [
      [1, 2, said('bot', 'two')],
      [1, 4, said('bot', 'four')],
    ]);
    await eventually(async () => expect(await texts(call.id)).toEqual(['one', 'three', 'four']));
  });

  it('that wait behind a hole are told before the end', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [[1, 2, said('bot', 'two')]]);
    await eventually(async () => {
      const rows = await harness.database.query<unknown[]>('SELECT n FROM facts WHERE call_id = $1', [
        call.id,
      ]);
      expect(rows).toHaveLength(1);
    });
    await completed(call);
    await harness.ended(call.id);
    expect((await harness.eventTypes(call.id)).slice(1)).toEqual([
      'event_message',
      'event_phone_call_ended',
      'event_transcript',
    ]);
  });

  it('with what cannot be stored in them lose only that', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [
      [1, 1, said('human', 'a\0b')],
      [1, 2, { type: 'action_started', ...action, input: { 'k\0': '\ud83d' } }],
      [1, 3, said('bot', 'done')],
    ]);
    await eventually(async () => expect(await texts(call.id)).toEqual(['a\ufffdb', 'done']));
  });

  it('of no call, or of no shape, are put aside', async () => {
    const before = await harness.deadLetters();
    await harness.tell(newId(), [[1, 1, said('bot', 'lost')]]);
    await harness.tellNonsense(`facts.v1.${newId()}`, { hello: 'world' });
    await eventually(async () => expect(await harness.deadLetters()).toBe(before + 2));
  });
});

describe('attaching', () => {
  it('works once for a token', async () => {
    const call = await harness.place();
    const sid = call.carrier_call_sid ?? '';
    const document = await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' });
    await expect(harness.attach(document, `CA${'f'.repeat(32)}`)).rejects.toMatchObject({
      kind: 'forbidden',
    });
    const both = await Promise.allSettled([harness.attach(document, sid), harness.attach(document, sid)]);
    expect(both.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(harness.attach(document, sid)).rejects.toMatchObject({ code: 'MEDIA_TOKEN.USED' });
    expect(await harness.eventTypes(call.id)).toEqual(['event_phone_call_connected']);
  });

  it('is refused for a call that is over', async () => {
    const call = await harness.place();
    const document = await harness.carrierAsks('answer', call, { CallStatus: 'in-progress' });
    await harness.carrierAsks('status', call, { CallStatus: 'completed' });
    await expect(harness.attach(document, call.carrier_call_sid ?? '')).rejects.toMatchObject({
      code: 'CALL.OVER',
    });
  });

  it('again gets the history, and fences the older process', async () => {
    const call = await harness.connectedCall();
    await harness.tell(call.id, [
      [1, 1, said('bot', 'Hello!')],
      [1, 2, said('human', 'press one')],
      [1, 3, { type: 'action_started', ...action }],
      [1, 5, said('bot', 'behind a hole', true)],
    ]);
    await eventually(async () => {
      const rows = await harness.database.query<unknown[]>('SELECT n FROM facts WHERE call_id = $1', [
        call.id,
      ]);
      expect(rows).toHaveLength(4);
    });
    const document = await harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' });
    const { stint, history } = await harness.attach(document, call.carrier_call_sid, 'm2');
    expect(stint).toBe(2);
    expect(history).toEqual([
      { kind: 'bot', text: 'Hello!', interrupted: false },
      { kind: 'human', text: 'press one' },
      {
        kind: 'action',
        tool_call_id: 't1',
        action_type: 'action_dtmf',
        input: { digits: '1' },
        output: null,
      },
      { kind: 'bot', text: 'behind a hole', interrupted: true },
    ]);

    await expect(finishing(call.id, 1)).rejects.toMatchObject({ code: 'STINT.FENCED' });
    await harness.tell(call.id, [
      [1, 6, said('bot', 'from the grave')],
      [1, 7, detached],
      [2, 1, said('bot', 'Sorry, go on.')],
    ]);
    await eventually(async () => expect((await texts(call.id)).at(-1)).toBe('Sorry, go on.'));
    expect(await texts(call.id)).not.toContain('from the grave');
  });
});

describe('finishing', () => {
  it('is committed before the hang-up, and shows what went wrong', async () => {
    const call = await harness.connectedCall();
    await finishing(call.id, 1, { reason: 'provider_failed', error_message: 'The model did not answer.' });
    expect(await harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' })).toContain(
      '<Hangup/>',
    );
    await completed(call);
    await harness.tell(call.id, [[1, 1, detached]]);
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'error',
      error_message: 'The model did not answer.',
      stage_outcome: 'bot_disconnected',
    });
    await expect(finishing(call.id, 1)).resolves.toEqual({});
  });

  it('ends the call at the carrier when that does not hang up by itself', async () => {
    const call = await harness.connectedCall();
    await finishing(call.id, 1);
    await harness.tell(call.id, [[1, 1, detached]]);
    await harness.ended(call.id);
    expect(carrier.ended).toContain(call.carrier_call_sid);
  });
});

describe('last words', () => {
  it('are said by the carrier, in the agent’s language, when the agent has no voice left', async () => {
    const call = await harness.connectedCall();
    const last_words = 'Sorry & goodbye.';
    await finishing(call.id, 1, {
      reason: 'provider_failed',
      error_message: 'The voice is mute.',
      last_words,
    });
    await harness.tell(call.id, [[1, 1, detached]]);
    const asked = () => harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' });
    expect(await asked()).toContain('<Say language="en-US">Sorry &amp; goodbye.</Say><Hangup/>');
    expect(await asked()).toContain('<Say');
    await completed(call);
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'error',
      error_message: 'The voice is mute.',
      stage_outcome: 'bot_disconnected',
    });
    expect(carrier.ended).not.toContain(call.carrier_call_sid);
  });
});

describe('a transfer', () => {
  const transferring = (callId: string, phone_number: string, stint = 1) =>
    harness.asks.ask(transfer, {
      user_id: userId,
      call_id: callId,
      stint,
      command_id: newId(),
      action_id: newId(),
      phone_number,
    });

  it.each(['+19005551234', '+442071838750', '+870773123456', '+15005550006'])(
    'to %s is refused before anything is said',
    async (phone_number) => {
      const call = await harness.connectedCall();
      const check = harness.asks.ask(checkTransfer, { user_id: userId, call_id: call.id, phone_number });
      await expect(check).rejects.toMatchObject({ code: 'DIAL.REFUSED', kind: 'forbidden' });
      const error = AppError.from(await transferring(call.id, phone_number).catch((e: unknown) => e));
      expect([error.code, error.details]).toEqual(['DIAL.REFUSED', { reason: expect.any(String) }]);
      expect((await harness.call(call.id)).stage).toBe('picked_up');
    },
  );

  it.each([
    ['completed', 'transfer_successful', 'transfer_disconnected'],
    ['no-answer', 'transfer_started', 'transfer_unanswered'],
    ['busy', 'transfer_started', 'transfer_unanswered'],
  ])('that is %s: %s, %s', async (DialCallStatus, stage, stage_outcome) => {
    const call = await harness.connectedCall();
    const check = { user_id: userId, call_id: call.id, phone_number: '(415) 555-2671' };
    await expect(harness.asks.ask(checkTransfer, check)).resolves.toEqual({ phone_number: otherNumber });
    await transferring(call.id, otherNumber);
    await transferring(call.id, otherNumber);
    expect((await harness.call(call.id)).stage).toBe('transfer_started');
    await harness.tell(call.id, [[1, 1, detached]]);
    const document = await harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' });
    expect(document).toMatch(
      new RegExp(`<Dial callerId="\\+15005550006" timeout="30" action="[^"]+/dial-ended/${call.id}"`),
    );
    const DialCallSid = `CA${newId().replaceAll('-', '')}`;
    const dialEnded = { CallStatus: 'in-progress', DialCallSid, DialCallStatus };
    expect(await harness.carrierAsks('dial-ended', call, dialEnded)).toContain('<Hangup/>');
    await completed(call);
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'ended',
      stage,
      stage_outcome,
      transfer_call_sid: DialCallSid,
      transfer_call_status: DialCallStatus,
    });
  });

  it('of an inbound call is over the moment the carrier says that the caller has gone', async () => {
    harness.numbers.set(ownNumber, harness.phoneNumber());
    const sid = `CA${newId().replaceAll('-', '')}`;
    const inbound = { CallSid: sid, From: '+14155550177', To: ownNumber, CallStatus: 'ringing' };
    const { spec } = await harness.attach(await harness.carrierAsks('inbound', null, inbound), sid);
    const call = { id: spec.call_id, carrier_call_sid: sid };
    await transferring(call.id, otherNumber);
    await harness.tell(call.id, [[1, 1, detached]]);
    await eventually(async () => {
      const rows = await harness.database.query<{ life: CallLife }[]>(
        'SELECT life FROM calls WHERE id = $1',
        [call.id],
      );
      expect(rows[0]?.life.stintOpen).toBe(false);
    });
    expect(await harness.carrierAsks('connect-ended', call, { CallStatus: 'in-progress' })).toContain(
      '<Dial callerId="+14155550100"',
    );
    const CallSid = `CA${newId().replaceAll('-', '')}`;
    await harness.carrierAsks('status', call, { CallSid, ParentCallSid: sid, CallStatus: 'in-progress' });
    expect(await harness.eventTypes(call.id)).not.toContain('event_phone_call_ended');
    await harness.carrierAsks('inbound-status', null, { CallSid: sid, CallStatus: 'completed' });
    // Looked at once, not waited for: the settler would come to the same end a while later.
    expect((await harness.eventTypes(call.id)).slice(-2)).toEqual([
      'event_phone_call_ended',
      'event_transcript',
    ]);
    await expect(harness.call(call.id)).resolves.toMatchObject({ stage_outcome: 'transfer_disconnected' });
  });

  it('shows as successful once its leg is answered', async () => {
    const call = await harness.connectedCall();
    await transferring(call.id, otherNumber);
    const CallSid = `CA${newId().replaceAll('-', '')}`;
    const params = { CallSid, ParentCallSid: call.carrier_call_sid, CallStatus: 'in-progress' };
    await harness.carrierAsks('status', call, params);
    await expect(harness.call(call.id)).resolves.toMatchObject({
      stage: 'transfer_successful',
      transfer_call_sid: CallSid,
      carrier_call_sid: call.carrier_call_sid,
    });
    await harness.carrierAsks('status', call, { ...params, CallStatus: 'completed' });
    await completed(call);
    await harness.tell(call.id, [[1, 1, detached]]);
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      stage: 'transfer_successful',
      stage_outcome: 'transfer_disconnected',
      transfer_call_status: 'completed',
    });
  });
});
