import { endCall } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { CallControlHarness, otherNumber, ownNumber } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier, userId } = harness;
const end = (callId: string) =>
  harness.asks.ask(endCall, { user_id: userId, call_id: callId, command_id: newId() });

beforeAll(() => harness.start());
afterAll(() => harness.close());

describe('placing a call', () => {
  it('dials with our id in the addresses, and answers with the call', async () => {
    const call = await harness.place({ context: { name: 'Ada' }, to_number: '4155552671' });
    expect(call).toMatchObject({
      status: 'not_started',
      stage: 'created',
      direction: 'outbound',
      to_number: otherNumber,
      agent_phone_number: '+15005550006',
      context: { name: 'Ada' },
      transcript: null,
      carrier_call_status: 'queued',
      carrier_call_sid: carrier.placed.at(-1)?.sid,
    });
    expect(carrier.placed.at(-1)).toMatchObject({
      from: '+15005550006',
      to: otherNumber,
      answerUrl: `https://parley.example.com/carriers/twilio/answer/${call.id}`,
      statusUrl: `https://parley.example.com/carriers/twilio/status/${call.id}`,
    });
  });

  it.each([
    ['to_number', '911', 'NUMBER.IMPOSSIBLE'],
    ['from_number', 'nobody', 'NUMBER.IMPOSSIBLE'],
    ['to_number', '+19005551234', 'DIAL.REFUSED'],
    ['to_number', '11234567890', 'DIAL.REFUSED'],
    ['to_number', '+442071838750', 'DIAL.REFUSED'],
    ['to_number', '+15005550006', 'DIAL.REFUSED'],
  ])('refuses %s %s and names the field', async (field, number, code) => {
    const before = carrier.placed.length;
    const error = AppError.from(await harness.place({ [field]: number }).catch((thrown: unknown) => thrown));
    expect([error.code, error.kind, error.issues?.[0]?.path]).toEqual([code, 'invalid', ['body', field]]);
    expect(carrier.placed).toHaveLength(before);
  });

  it('does not call a number that is answered here', async () => {
    harness.numbers.set(ownNumber, harness.phoneNumber());
    await expect(harness.place({ to_number: ownNumber })).rejects.toMatchObject({ code: 'DIAL.REFUSED' });
  });

  it('dials once for 50 equal commands at once at two processes, and gives each the same call', async () => {
    await harness.serve();
    const before = carrier.placed.length;
    const asked = { command_id: newId(), fingerprint: 'one' };
    const calls = await Promise.all(Array.from({ length: 50 }, () => harness.place(asked)));
    expect(carrier.placed).toHaveLength(before + 1);
    expect(new Set(calls.map((call) => call.id)).size).toBe(1);
    expect(new Set(calls.map((call) => call.carrier_call_sid)).size).toBe(1);
  });

  it('refuses one key for two bodies: of both at once one is dialled, and later only its repeat is answered', async () => {
    const before = carrier.placed.length;
    const command_id = newId();
    const bodies = ['one', 'two'].flatMap((fingerprint) => [fingerprint, fingerprint, fingerprint]);
    const outcomes = await Promise.allSettled(
      bodies.map((fingerprint) => harness.place({ command_id, fingerprint })),
    );
    expect(carrier.placed).toHaveLength(before + 1);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => AppError.from(reason).code)).toEqual(
      Array.from({ length: 3 }, () => 'COMMAND.OTHER_BODY'),
    );
    const other = { command_id, fingerprint: 'three', to_number: '911' };
    await expect(harness.place(other)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'COMMAND.OTHER_BODY',
    });
    const accepted = outcomes.find((outcome) => outcome.status === 'fulfilled');
    const fingerprint = bodies[outcomes.findIndex((outcome) => outcome === accepted)];
    await expect(harness.place({ command_id, fingerprint })).resolves.toMatchObject({
      id: accepted?.value.id,
    });
  });

  it('keeps a key for its own user alone', async () => {
    const command_id = newId();
    const mine = await harness.place({ command_id, fingerprint: 'one' });
    const theirs = await harness.place({ command_id, fingerprint: 'two', user_id: newId() });
    expect(theirs.id).not.toBe(mine.id);
  });

  it('keeps the caller’s metadata on the call and in each of its events, and none where none was given', async () => {
    const metadata = { customer: '4711', constructor: 'x' };
    carrier.refuse();
    const call = await harness.place({ metadata });
    expect((await harness.call(call.id)).metadata).toEqual(metadata);
    const events = await harness.events(call.id);
    expect(events.map((event) => event.metadata)).toEqual([metadata, metadata]);
    carrier.refuse();
    const plain = await harness.place();
    expect(plain.metadata).toBeNull();
    expect((await harness.events(plain.id)).map((event) => 'metadata' in event)).toEqual([false, false]);
  });

  it('shows a refusal of the carrier on the call', async () => {
    carrier.refuse();
    const call = await harness.place();
    expect(call).toMatchObject({
      status: 'error',
      error_message: 'The number is not valid.',
      stage_outcome: 'call_did_not_connect',
    });
    expect(await harness.eventTypes(call.id)).toEqual([
      'event_phone_call_did_not_connect',
      'event_phone_call_ended',
    ]);
  });

  it('leaves a dial whose answer was lost to the callbacks, and does not dial again', async () => {
    const before = carrier.placed.length;
    carrier.loseAnswer();
    const command_id = newId();
    const call = await harness.place({ command_id });
    expect([call.status, call.carrier_call_sid]).toEqual(['not_started', null]);
    await harness.place({ command_id });
    expect(carrier.placed).toHaveLength(before + 1);
    const sid = carrier.placed.at(-1)?.sid ?? '';
    await harness.carrierAsks('status', call, { CallSid: sid, CallStatus: 'busy' });
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      carrier_call_sid: sid,
      stage_outcome: 'human_unanswered',
    });
  });

  it('settles a call whose process died between its row and its dial', async () => {
    const callId = await harness.orphan();
    await expect(harness.ended(callId)).resolves.toMatchObject({ status: 'error', carrier_call_sid: null });
    expect(await harness.eventTypes(callId)).toEqual([
      'event_phone_call_did_not_connect',
      'event_phone_call_ended',
    ]);
  });

  it('asks a carrier that fell silent', async () => {
    const call = await harness.place();
    carrier.setStatus(call.carrier_call_sid ?? '', 'no-answer');
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'ended',
      stage_outcome: 'human_unanswered',
      carrier_call_status: 'no-answer',
    });
  });
});

describe('ending a call', () => {
  it('that rings: the carrier is told, and it ends once', async () => {
    const placed = await harness.place();
    await end(placed.id);
    await end(placed.id);
    expect(carrier.ended.filter((sid) => sid === placed.carrier_call_sid)).toHaveLength(1);
    const call = await harness.ended(placed.id);
    expect(call).toMatchObject({
      status: 'ended',
      stage_outcome: 'call_did_not_connect',
      error_message: null,
    });
    await expect(end(placed.id)).resolves.toEqual(call);
    expect(
      (await harness.eventTypes(placed.id)).filter((type) => type === 'event_phone_call_ended'),
    ).toHaveLength(1);
  });

  it('that is answered: without a word from media it ends all the same', async () => {
    const call = await harness.connectedCall();
    await end(call.id);
    await expect(harness.ended(call.id)).resolves.toMatchObject({
      status: 'ended',
      stage: 'picked_up',
      stage_outcome: 'bot_disconnected',
    });
  });

  it('before the carrier has named it: hung up as soon as it has', async () => {
    carrier.loseAnswer();
    const call = await harness.place();
    await end(call.id);
    const sid = carrier.placed.at(-1)?.sid ?? '';
    await harness.carrierAsks('status', call, { CallSid: sid, CallStatus: 'ringing' });
    await eventually(() => expect(carrier.ended).toContain(sid));
    await harness.ended(call.id);
  });

  it('of someone else, or of nobody: not found', async () => {
    const call = await harness.place();
    const stranger = { user_id: newId(), call_id: call.id, command_id: newId() };
    await expect(harness.asks.ask(endCall, stranger)).rejects.toMatchObject({ code: 'CALL.NOT_FOUND' });
    await expect(harness.call(newId())).rejects.toMatchObject({ code: 'CALL.NOT_FOUND' });
  });
});
