import type { ConversationAction, ConversationSettings } from '../settings';
import { SimulatedCall } from '../testing';
import { checkArguments, toolsFor } from './tool-arguments';
import { fitToolName } from './tool-names';

type External = Extract<ConversationAction, { type: 'action_external' }>;

const booking: External = {
  type: 'action_external',
  id: 'x1',
  trigger: { by: 'model' },
  name: 'Book a table',
  description: 'Books a table.',
  inputSchema: { type: 'object', properties: { people: { type: 'number' } }, required: ['people'] },
  speakOnSend: false,
  speakOnReceive: true,
};
const keypad: ConversationAction = { type: 'action_dtmf', id: 'a2', trigger: { by: 'model' } };
const book = (args = '{"people":2}', id = 'call_1') => ({ id, name: 'Book_a_table', arguments: args });
const calling = (action: Partial<External> = {}, settings: Partial<ConversationSettings> = {}) =>
  new SimulatedCall({ actions: [{ ...booking, ...action }], ...settings }).start();
const offering = (...actions: ConversationAction[]) => toolsFor({ actions, collectFields: [] });
const lastRequest = (call: SimulatedCall) => call.requests.at(-1)?.messages ?? [];

describe('names of tools', () => {
  test.each([
    ['Meeting_Booking_Assistant', 'Meeting_Booking_Assistant'],
    ['Réserver une table!', 'Reserver_une_table'],
    ['予約', 'action'],
    ['', 'action'],
    ['a'.repeat(200), 'a'.repeat(64)],
    ['../../etc/passwd', 'etc_passwd'],
  ])('"%s" is offered as %s', (given, name) => {
    expect(fitToolName(given)).toBe(name);
  });

  test('each has its own, whatever the customer called them; the agent’s own tools keep theirs', () => {
    const named = (id: string, name: string) => ({ ...booking, id, name });
    const long = 'b'.repeat(64);
    const tools = offering(
      named('1', 'dtmf'),
      keypad,
      named('2', '予約'),
      named('3', '取消'),
      named('4', long),
      named('5', long),
    );
    expect(tools.map(({ name }) => name)).toEqual([
      'dtmf_2',
      'dtmf',
      'action',
      'action_2',
      long,
      `${'b'.repeat(62)}_2`,
    ]);
  });

  test('an action that is listed twice is offered once', () => {
    expect(offering(booking, booking)).toHaveLength(1);
  });
});

describe('what the model is told of an outside action', () => {
  test('its description and its schema, as the customer wrote them', () => {
    expect(offering(booking)).toEqual([
      { name: 'Book_a_table', description: 'Books a table.', parameters: booking.inputSchema },
    ]);
  });

  test('with speak_on_send a line for the caller is required, and is no part of the input', () => {
    const action = { ...booking, speakOnSend: true };
    expect(offering(action)[0]?.parameters).toMatchObject({
      properties: { people: { type: 'number' }, user_message: { type: 'string' } },
      required: ['people', 'user_message'],
    });
    expect(checkArguments(action, '{"people":2,"user_message":" One moment. "}')).toEqual({
      ok: true,
      input: { people: 2 },
      line: 'One moment.',
    });
  });

  test('a property of the same name stays the customer’s', () => {
    const inputSchema = { type: 'object', properties: { user_message: { type: 'string' } } };
    const action = { ...booking, speakOnSend: true, inputSchema };
    expect(offering(action)[0]?.parameters['required']).toEqual(['user_message_']);
    expect(checkArguments(action, '{"user_message":"a","user_message_":"b"}')).toEqual({
      ok: true,
      input: { user_message: 'a' },
      line: 'b',
    });
  });
});

describe('an outside action', () => {
  test('is asked for at once, on record from start to end, and the model speaks about what came of it', () => {
    const call = calling().willReply({ calls: [book()] }, 'It is booked.');
    call.answers.push({ result: { table: 7 } });
    call.says('a table for two').runUntilQuiet();
    expect(call.effectsOf('run_action')).toEqual([
      {
        type: 'run_action',
        runId: expect.any(Number),
        toolCallId: 'call_1',
        actionId: 'x1',
        input: { people: 2 },
      },
    ]);
    expect(lastRequest(call).at(-1)).toEqual({
      role: 'tool',
      toolCallId: 'call_1',
      content: '{"success":true,"result":{"table":7}}',
    });
    expect(call.facts.filter(({ type }) => type.startsWith('action'))).toMatchObject([
      { type: 'action_started', action_id: 'x1', action_type: 'action_external', input: { people: 2 } },
      { type: 'action_finished', output: { success: true, result: { table: 7 } } },
    ]);
    expect(call.transcript.at(-1)).toBe('BOT: It is booked.');
  });

  test('with speak_on_send its line is said while it runs, as a part of the reply', () => {
    const call = calling({ speakOnSend: true });
    const args = '{"people":2,"user_message":"Let me book that for you."}';
    call.willReply({ say: 'Sure.', calls: [book(args)] }, 'Done.');
    call.answers.push({ afterMs: 3_000 });
    call.says('for two').runUntilQuiet();
    expect(call.effectsOf('run_action')[0]?.input).toEqual({ people: 2 });
    expect(call.timeOf('run_action')).toBeLessThan(call.timeOf('send_audio'));
    expect(call.transcript.slice(1)).toEqual(['BOT: Sure. Let me book that for you.', 'BOT: Done.']);
    expect(lastRequest(call).slice(-2)).toMatchObject([
      { role: 'assistant', content: 'Sure. Let me book that for you.', toolCalls: [{ id: 'call_1' }] },
      { role: 'tool' },
    ]);
  });

  test('a line that the reply has said already is not said twice', () => {
    const call = calling({ speakOnSend: true, speakOnReceive: false });
    const args = '{"people":2,"user_message":"let me book that"}';
    call
      .willReply({ say: 'Let me book that!', calls: [book(args)] })
      .says('for two')
      .runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: for two', 'BOT: Let me book that!']);
  });

  test('its own message is said word for word, and the model is not asked', () => {
    const call = calling().willReply({ calls: [book()] });
    call.answers.push({ agentMessage: 'Table seven is yours.' });
    call.says('for two').runUntilQuiet();
    expect(call.requests).toHaveLength(1);
    expect(call.transcript.at(-1)).toBe('BOT: Table seven is yours.');
    call.says('thanks').runUntilQuiet();
    expect(lastRequest(call).slice(-3)).toMatchObject([
      { role: 'tool' },
      { role: 'assistant', content: 'Table seven is yours.' },
      { role: 'user' },
    ]);
  });

  test('without speak_on_receive nothing more is said, and a message is not either', () => {
    const call = calling({ speakOnReceive: false }).willReply({ say: 'I note it down.', calls: [book()] });
    call.answers.push({ agentMessage: 'Never heard.' });
    call.says('for two').runUntilQuiet().run(5_000);
    expect(call.requests).toHaveLength(1);
    expect(call.transcript.at(-1)).toBe('BOT: I note it down.');
  });

  test('but a caller who was told nothing at all is not left in silence', () => {
    const call = calling({ speakOnReceive: false }).willReply({ calls: [book()] }, 'Noted.');
    call.answers.push({});
    call.says('for two').runUntilQuiet();
    expect(call.transcript.at(-1)).toBe('BOT: Noted.');
  });

  test('a failure is told to the model, and the call goes on', () => {
    const call = calling().willReply({ calls: [book()] }, 'I could not book it.');
    call.answers.push({ success: false, result: { info: 'The server said 500.' } });
    call.says('for two').runUntilQuiet();
    expect(lastRequest(call).at(-1)?.content).toBe(
      '{"success":false,"result":{"info":"The server said 500."}}',
    );
    expect(call.transcript.at(-1)).toBe('BOT: I could not book it.');
  });

  test('no answer within 12 s is a failure, on record, and a late one changes nothing', () => {
    const call = calling().willReply({ calls: [book()] }, 'It takes too long.');
    call.answers.push('silent');
    call.says('for two').run(12_200);
    expect(call.requests).toHaveLength(1);
    call.run(400);
    expect(lastRequest(call).at(-1)?.content).toContain('whether it was done is not known');
    expect(call.problems).toEqual(['ACTION.TIMEOUT']);
    const runId = call.effectsOf('run_action')[0]?.runId ?? 0;
    call.hear({
      type: 'action_answered',
      runId,
      answer: { success: true, result: {}, agentMessage: 'Late.' },
    });
    expect(call.runUntilQuiet().transcript.at(-1)).toBe('BOT: It takes too long.');
  });

  test('words of the caller meanwhile are kept, and answered when its outcome is known', () => {
    const call = calling().willReply({ calls: [book()] }, 'Booked, for six o’clock.');
    call.answers.push({ afterMs: 6_000, result: { ok: true }, agentMessage: 'Booked.' });
    call.says('for two').run(1_000).says('at six please').run(3_000);
    expect(call.requests).toHaveLength(1);
    call.runUntilQuiet();
    expect(call.requests).toHaveLength(2);
    expect(lastRequest(call).slice(-2)).toMatchObject([
      { role: 'tool', content: expect.stringContaining('"agent_message":"Booked."') },
      { role: 'user', content: 'at six please' },
    ]);
    expect(call.transcript).toEqual([
      'HUMAN: for two',
      'HUMAN: at six please',
      'BOT: Booked, for six o’clock.',
    ]);
  });

  test('a line that is interrupted stops; the action goes on, and so does the next turn', () => {
    const call = calling({ speakOnSend: true });
    const args = '{"people":2,"user_message":"I am now going to book a table for the two of you."}';
    call.willReply({ calls: [book(args)] }, 'For three, then.', 'Any time.');
    call.answers.push({ afterMs: 5_000, result: { ok: true } });
    call.says('for two').runUntilHeard('I am now').says('no wait for three').runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
    expect(lastRequest(call).slice(-3)).toMatchObject([
      { role: 'assistant', content: expect.stringMatching(/^I am now.*-$/) },
      { role: 'tool', content: expect.stringContaining('"ok":true') },
      { role: 'user', content: 'no wait for three' },
    ]);
    call.says('thanks').runUntilQuiet();
    expect(call.transcript.slice(-2)).toEqual(['HUMAN: thanks', 'BOT: Any time.']);
  });

  test('what waits behind it is not begun any more once the caller has spoken over the agent', () => {
    const call = calling({ speakOnSend: true });
    const args = '{"people":2,"user_message":"I am now going to book a table for the two of you."}';
    call.willReply({ calls: [book(args), book('{"people":3}', 'call_2')] }, 'All right.');
    call.answers.push({ afterMs: 4_000 });
    call.says('for two').runUntilHeard('I am now').says('no wait a second').runUntilQuiet();
    expect(call.effectsOf('run_action')).toHaveLength(1);
    expect(lastRequest(call).slice(-3)).toMatchObject([
      { toolCallId: 'call_1' },
      { toolCallId: 'call_2', content: expect.stringContaining('interrupted') },
      { role: 'user' },
    ]);
  });

  test('several in one reply run one after the other; those that never get their turn are told to the model', () => {
    const call = calling();
    const calls = ['1', '2', '3', '4'].map((id) => book('{}', id));
    call.willReply({ calls }, 'That took long.').answers.push('silent', 'silent', {}, {});
    call.says('all of it').run(40_000);
    expect(call.effectsOf('run_action').map(({ toolCallId }) => toolCallId)).toEqual(
      ['1', '2', '3'].slice(0, 3),
    );
    expect(call.problems.filter((code) => code === 'ACTION.TIMEOUT')).toHaveLength(2);
  });

  test('an answer of any size fits the record and the window', () => {
    const call = calling().willReply({ calls: [book()] });
    call.answers.push({ result: { text: 'x'.repeat(1_000_000) }, agentMessage: null });
    call.says('for two').runUntilQuiet();
    expect(lastRequest(call).at(-1)?.content.length).toBeLessThan(9_000);
    expect(JSON.stringify(call.facts).length).toBeLessThan(12_000);
  });

  test('a model that repeats its ids in later turns starts new runs, each with an id of its own', () => {
    const call = calling().willReply({ calls: [book()] }, 'Done.', { calls: [book()] }, 'Done again.');
    call.answers.push({}, {});
    call.says('one').runUntilQuiet().says('two more').runUntilQuiet();
    const ids = call.effectsOf('run_action').map(({ toolCallId }) => toolCallId);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe('call_1');
  });

  test('a caller who hangs up: it is on record that no answer came', () => {
    const call = calling().willReply({ calls: [book()] });
    call.answers.push('silent');
    call.says('for two').run(500).hear({ type: 'detached', reason: 'gone' });
    expect(call.facts).toContainEqual(
      expect.objectContaining({
        type: 'action_finished',
        output: { success: false, message: 'The call ended before an answer came.' },
      }),
    );
  });

  test('a model that has nothing to say about what came of it, either, is asked once more', () => {
    const call = calling().willReply({ calls: [book()] }, { say: '' }, 'It is booked.');
    call.answers.push({});
    call.says('for two').runUntilQuiet();
    expect(call.problems).toEqual(['MODEL.EMPTY']);
    expect(call.transcript).toEqual(['HUMAN: for two', 'BOT: It is booked.']);
  });

  test('it may say nothing where something was said before', () => {
    const call = calling().willReply({ say: 'I note it.', calls: [book()] }, { say: '' });
    call.answers.push({});
    call.says('for two').runUntilQuiet().run(1_000);
    expect(call.problems).toEqual([]);
    expect(call.finished).toBeNull();
  });

  test('a caller who speaks while it runs is not left in silence until it is done', () => {
    const call = calling({}, { fillerAfterMs: 1_000 }).willReply({ calls: [book()] }, 'Booked.');
    call.answers.push({ afterMs: 11_000 });
    call.says('for two').run(2_000).says('at six please');
    const spokenMs = call.nowMs;
    call.run(8_000);
    const next = call.effects.find(({ atMs, effect }) => atMs >= spokenMs && effect.type === 'send_audio');
    expect((next?.atMs ?? Infinity) - spokenMs).toBeLessThan(2_200);
    expect(call.requests).toHaveLength(1);
    expect(call.runUntilQuiet().transcript.at(-1)).toBe('BOT: Booked.');
  });
});
