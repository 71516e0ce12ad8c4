import { eventually } from '@parley/testing';
import { agentParams, talkingActions, transferAction } from './agents';
import { JournalLine, Journals, RunningSystem } from './running-system';
import {
  ada,
  askingScript,
  ben,
  cleo,
  inboundScript,
  outboundExpectation,
  outboundScript,
  patientScript,
  shortExpectation,
  shortScript,
} from './scripts';
import { failedChecks, verdictOf } from './verdict';

interface Call {
  readonly id: string;
  readonly status: string;
  readonly stage: string | null;
  readonly stage_outcome: string | null;
  readonly error_message: string | null;
  readonly transcript: string | null;
}

describe('calls, end to end', () => {
  let system: RunningSystem;
  let number: string;

  beforeAll(async () => {
    system = RunningSystem.attach();
    ({ number } = await system.api<{ number: string }>('POST', '/v1/numbers/buy', {}));
  });

  afterAll(() => system.control('POST', '/faults', {}));

  /** Sets the scene: what people say, what goes wrong. */
  const scene = async (script: object, faults: object = {}) => {
    await system.control('POST', '/script', script);
    await system.control('POST', '/faults', faults);
    await system.forget();
  };

  const place = (actions: object[] = talkingActions) =>
    system.api<Call>('POST', '/v1/calls/create', {
      from_number: number,
      to_number: ada,
      agent: agentParams(system, actions),
    });

  const eventsOf = ({ receiver }: Journals, type: string): JournalLine[] =>
    receiver.filter(({ body }) => (body as { type: string }).type === type);

  /** The journals once the call's last event has arrived. */
  const whenTold = (timeoutMs = 60_000) =>
    eventually(
      async () => {
        const journals = await system.journals();
        if (eventsOf(journals, 'event_transcript').length === 0) throw new Error('no event_transcript yet');
        if (!journals.carrier.some(({ kind }) => kind === 'recording_written'))
          throw new Error('no recording yet');
        return journals;
      },
      { timeoutMs, everyMs: 100 },
    );

  const get = (id: string) => system.api<Call>('GET', `/v1/calls?id=${id}`);

  it('goes out: talks, is interrupted, presses keys, says goodbye and hangs up', async () => {
    await scene(outboundScript);
    const { id, status } = await place();
    expect(status).toBe('not_started');
    const journals = await whenTold();
    expect(failedChecks(verdictOf(journals, outboundExpectation))).toEqual([]);
    const call = await get(id);
    expect(call).toMatchObject({ status: 'ended', stage_outcome: 'bot_disconnected', error_message: null });
    expect(call.transcript).toMatch(
      // On a busy machine a word bridges the wait.
      /^BOT: Hello, Riverside here\.\nHUMAN: .*\n(?:BOT: [^\n]*\n)?BOT: This is the assistant.*-\n/,
    );
    expect(call.transcript).toContain('BOT_ACTION_FINISH');
    expect(eventsOf(journals, 'event_transcript')[0]?.body.payload.transcript).toBe(call.transcript);
  });

  it('comes in: is answered, put through, and ends with the caller', async () => {
    await system.api('POST', `/v1/numbers/update?phone_number=${number}`, {
      inbound_agent: agentParams(system, [transferAction(cleo)]),
    });
    await scene(inboundScript);
    await system.control('POST', '/calls/inbound', { from: ben, to: `+${number}`, caller: 'Ben' });
    const journals = await whenTold();
    const expected = {
      ...{ direction: 'inbound', turns: 1, endedBy: 'person', transferTo: cleo },
      ...{ hears: ['Riverside here', 'One moment'], actions: ['action_transfer_call'] },
    };
    expect(failedChecks(verdictOf(journals, expected))).toEqual([]);
    const id = (eventsOf(journals, 'event_transcript')[0]?.body as { call_id: string }).call_id;
    expect(await get(id)).toMatchObject({ status: 'ended', stage: 'transfer_successful' });
  });

  it('is ended over the API, once, however often it is asked', async () => {
    await scene(askingScript);
    const { id } = await place();
    await eventually(async () => {
      if (eventsOf(await system.journals(), 'event_message').length === 0)
        throw new Error('nothing said yet');
    });
    const ended = await Promise.all([1, 2, 3].map(() => system.api<Call>('POST', `/v1/calls/end?id=${id}`)));
    expect(ended.map((call) => call.id)).toEqual([id, id, id]);
    const journals = await whenTold();
    expect(eventsOf(journals, 'event_phone_call_ended')).toHaveLength(1);
    expect(await get(id)).toMatchObject({ status: 'ended' });
    expect((await system.api<Call>('POST', `/v1/calls/end?id=${id}`)).status).toBe('ended');
  });

  it('that nobody answers says so', async () => {
    await scene(askingScript, { carrier: { answer: 'busy' } });
    const { id } = await place();
    const journals = await eventually(
      async () => {
        const now = await system.journals();
        if (eventsOf(now, 'event_phone_call_ended').length === 0) throw new Error('not told yet');
        return now;
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
    expect(eventsOf(journals, 'event_phone_call_did_not_connect')).toHaveLength(1);
    expect(eventsOf(journals, 'event_phone_call_connected')).toEqual([]);
    expect(await get(id)).toMatchObject({ status: 'ended', stage_outcome: 'human_unanswered' });
  });

  it('is taken up again when the process that holds it dies, with all that was said', async () => {
    await scene(patientScript);
    const { id } = await place();
    await eventually(
      async () => {
        const { caller } = await system.journals();
        if (!caller.some(({ kind, word }) => kind === 'heard_word' && word === 'assistant'))
          throw new Error('not yet');
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
    process.kill(system.pidOf('media'), 'SIGKILL');
    const journals = await whenTold();
    expect(journals.carrier.filter(({ kind }) => kind === 'stream_started')).toHaveLength(2);
    expect(eventsOf(journals, 'event_phone_call_ended')).toHaveLength(1);
    const call = await get(id);
    expect(call).toMatchObject({ status: 'ended', stage_outcome: 'bot_disconnected', error_message: null });
    expect(call.transcript).toMatch(
      /HUMAN: Who is there\?[^]*BOT: Sorry[^]*HUMAN: Thank you,? goodbye\.?[^]*Goodbye!/,
    );
  });

  describe('the verdict', () => {
    it('passes the short call that the following break', async () => {
      await scene(shortScript);
      await place();
      expect(failedChecks(verdictOf(await whenTold(), shortExpectation))).toEqual([]);
    });

    it.each([
      [
        'frames change places',
        { carrier: { swapFrames: { value: 5, every: 20 } } },
        'the caller heard what the events say',
      ],
      ['a mark is lost', { carrier: { loseMarks: { times: 1 } } }, 'every mark came back'],
      ['the last callback is lost', { carrier: { loseCallbacks: true } }, 'every callback was delivered'],
      [
        'a webhook is lost',
        { receiver: { lose: { times: 1, after: 1 } } },
        'the events are numbered without a gap',
      ],
      ['the voice is mute', { voice: { mute: true } }, 'the caller heard what the events say'],
    ])('fails when %s', async (_, faults, failing) => {
      await scene(shortScript, faults);
      const { id } = await place();
      await eventually(
        async () => {
          const { carrier } = await system.journals();
          if (!carrier.some(({ kind }) => kind === 'recording_written')) throw new Error('still going on');
        },
        { timeoutMs: 40_000, everyMs: 100 },
      );
      // The last events may still be on their way.
      await eventually(
        async () => {
          const failed = failedChecks(verdictOf(await system.journals(), shortExpectation));
          expect(failed.join('\n')).toContain(failing);
        },
        { timeoutMs: 15_000, everyMs: 500 },
      );
      await eventually(async () => expect((await get(id)).status).not.toBe('in_progress'), {
        timeoutMs: 90_000,
      });
    });
  });

  describe('a provider that fails', () => {
    it.each([
      ['the model answers 401', { model: { status: 401 } }],
      ['the model answers 429', { model: { status: 429 } }],
      ['the model answers 500', { model: { status: 500 } }],
      ['the model stalls', { model: { stall: true } }],
      ['the model closes the connection', { model: { reset: true } }],
      ['the voice stalls after the greeting', { voice: { stall: { after: 1 } } }],
      ['the voice answers 500 after the greeting', { voice: { status: { value: 500, after: 1 } } }],
      ['the transcriber closes the connection', { transcriber: { reset: true } }],
    ])('%s: the caller is not left alone, and the error is on the call', async (_, faults) => {
      await scene(askingScript, faults);
      const { id } = await place();
      const journals = await whenTold(40_000);
      const call = await get(id);
      expect(call.error_message).toEqual(expect.any(String));
      expect(call.status).toBe('error');
      expect(eventsOf(journals, 'event_phone_call_ended')).toHaveLength(1);
    });

    it('the model fails: an apology is heard within 4 s of the question', async () => {
      await scene(askingScript, { model: { stall: true } });
      await place();
      const { caller } = await whenTold(40_000);
      const asked = caller.find(({ kind }) => kind === 'said');
      const heard = caller.find(
        ({ kind, atMs }) => kind === 'heard_word' && atMs > (asked?.atMs ?? Infinity),
      );
      expect(heard?.startAtMs - asked?.endAtMs).toBeLessThan(4_000);
    });
  });
});
