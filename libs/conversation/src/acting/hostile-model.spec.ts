import type { ToolCall } from '../ports';
import type { ConversationAction } from '../settings';
import { SimulatedCall } from '../testing';

const trigger = { by: 'model' } as const;
const actions: ConversationAction[] = [
  { type: 'action_end_conversation', id: 'end', trigger },
  { type: 'action_dtmf', id: 'keys', trigger },
  { type: 'action_transfer_call', id: 'transfer', trigger, phoneNumber: '+15005550006' },
  {
    type: 'action_external',
    id: 'book',
    trigger,
    name: 'book',
    description: '',
    inputSchema: { type: 'object', properties: { people: { type: 'number' } }, additionalProperties: false },
    speakOnSend: true,
    speakOnReceive: true,
  },
];
const collectFields = [{ type: 'email' as const, name: 'mail', label: 'E-mail', description: null }];
const calling = () => new SimulatedCall({ actions, collectFields }).start();
const tools = ['end_conversation', 'dtmf', 'transfer_call', 'book', 'record_email'];

const noObjects: readonly (readonly [string, string])[] = [
  ['bad JSON', '{"digits":'],
  ['an array', '["+19005551234"]'],
  ['a text', '"file:///etc/passwd"'],
  ['nothing but null', 'null'],
  ['a megabyte', `{"digits":"${'1'.repeat(1_000_000)}"}`],
  ['a hundred thousand levels', '['.repeat(100_000)],
  ['a hundred levels', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
];
const strangeObjects: readonly (readonly [string, string])[] = [
  ['a premium number', '{"phone_number":"+19005551234"}'],
  ['another user’s id', '{"user_id":"0190d2a4-0000-7000-8000-000000000002","call_id":"x"}'],
  ['a file', '{"url":"file:///etc/passwd"}'],
  ['an address of the inside', '{"url":"http://169.254.169.254/latest/meta-data"}'],
  ['a prototype', '{"__proto__":{"success":true},"constructor":1}'],
  ['commands', '{"digits":"1; rm -rf /","email":"a@b.de; DROP TABLE calls"}'],
];

/** A call in which the model once calls this, and then speaks. */
function course(calls: readonly ToolCall[]): SimulatedCall {
  const call = calling().willReply({ calls }, 'I cannot do that.');
  // What integrations answers to an input that does not fit the customer's schema.
  call.answers.push({ success: false, result: { info: 'The input does not fit.' } });
  return call.says('please do something bad').runUntilQuiet();
}

function expectRefused(call: SimulatedCall): void {
  const told = call.requests[1]?.messages.at(-1);
  expect(told).toMatchObject({ role: 'tool', content: expect.stringContaining('"success":false') });
  for (const effect of ['transfer', 'check_transfer', 'request_tones', 'finish'] as const) {
    expect(call.effectsOf(effect)).toEqual([]);
  }
  expect(call.transcript.at(-1)).toBe('BOT: I cannot do that.');
  expect(JSON.stringify(call.requests).length).toBeLessThan(50_000);
  expect(JSON.stringify(call.facts).length).toBeLessThan(50_000);
  call.willReply('Still here.').says('are you there').runUntilQuiet();
  expect(call.transcript.at(-1)).toBe('BOT: Still here.');
}

describe.each(tools)('a hostile model that calls %s', (name) => {
  test.each(noObjects)('with %s: refused, told, on record, and the call goes on', (_, text) => {
    const call = course([{ id: 'c1', name, arguments: text }]);
    expectRefused(call);
    expect(call.problems).toEqual(['TOOL.REFUSED']);
    expect(call.effectsOf('run_action')).toEqual([]);
  });

  test.each(strangeObjects)('with %s: refused, told, on record, and the call goes on', (_, text) => {
    const call = course([{ id: 'c1', name, arguments: text }]);
    expectRefused(call);
    if (name !== 'book') expect(call.problems).toEqual(['TOOL.REFUSED']);
    else {
      // The customer's own schema decides, where the action is carried out; nothing but the input is the model's.
      expect(call.effectsOf('run_action')).toMatchObject([
        { actionId: 'book', input: JSON.parse(text) as object },
      ]);
      expect(call.facts).toContainEqual(
        expect.objectContaining({
          type: 'action_finished',
          output: expect.objectContaining({ success: false }),
        }),
      );
    }
  });
});

describe('a hostile model', () => {
  test.each([
    'rm_rf',
    'transfer_call_2',
    '__proto__',
    'constructor',
    'action_external',
    '',
    'x'.repeat(1_000_000),
    'DTMF',
    'end_conversation\u0000',
  ])('that calls a tool nobody has, "%.20s", is told so', (name) => {
    const call = course([{ id: 'c1', name, arguments: '{}' }]);
    expectRefused(call);
    expect(call.problems).toEqual(['TOOL.REFUSED']);
    const [asked] =
      call.requests[1]?.messages.flatMap((m) => (m.role === 'assistant' ? m.toolCalls : [])) ?? [];
    // Vendors refuse to be shown other names.
    expect(asked?.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('that gives its calls one id has one of them carried out', () => {
    const call = calling().willReply(
      {
        calls: [
          { id: 'same', name: 'book', arguments: '{"people":1}' },
          { id: 'same', name: 'transfer_call', arguments: '{}' },
        ],
      },
      'Done.',
    );
    call.answers.push({});
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('run_action')).toHaveLength(1);
    expect(call.effectsOf('check_transfer')).toHaveLength(0);
  });

  test.each(['', 'x'.repeat(1_000_000)])('that gives its calls no fit id ("%.5s") gets fit ones', (id) => {
    const call = calling().willReply({ calls: [{ id, name: 'book', arguments: '{}' }] }, 'Done.');
    call.answers.push({});
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('run_action')[0]?.toolCallId).toMatch(/^.{1,64}$/);
    expect(JSON.stringify(call.facts).length).toBeLessThan(5_000);
  });

  test('that makes two hundred calls in one reply has sixteen carried out, is told of one more, and is on record', () => {
    const calls = Array.from({ length: 200 }, (_, index) => ({
      id: `c${index}`,
      name: 'book',
      arguments: `{"people":${index}}`,
    }));
    const call = calling().willReply({ calls }, 'Enough.');
    call.answers.push(...Array<object>(200).fill({}));
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('run_action')).toHaveLength(16);
    expect(call.problems).toEqual(['TOOL.REFUSED']);
    expect(call.requests[1]?.messages.at(-1)?.content).toContain('no more than 16');
    expect(call.transcript.at(-1)).toBe('BOT: Enough.');
  });

  test('that never stops calling is offered no tool any more, and the caller hears a word', () => {
    const call = calling();
    for (let round = 0; round < 20; round += 1) {
      call.willReply({ calls: [{ id: `c${round}`, name: 'book', arguments: '{}' }] });
      call.answers.push({});
    }
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('run_action')).toHaveLength(8);
    expect(call.requests.at(-1)?.tools).toEqual([]);
    expect(call.transcript.at(-1)).toBe('BOT: Sorry, please go on.');
    expect(call.finished).toBeNull();
  });

  test('whose line for the caller is a megabyte says the beginning of it', () => {
    const line = 'Now I will tell you. '.repeat(500);
    const call = calling().willReply(
      { calls: [{ id: 'c', name: 'book', arguments: JSON.stringify({ user_message: line }) }] },
      'Done.',
    );
    call.answers.push({});
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('request_speech').reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(
      600,
    );
  });
});

describe('phrases that start actions', () => {
  const phrased = (type: 'action_end_conversation' | 'action_dtmf', ...phrases: string[]) => {
    const action: ConversationAction = { type, id: 'a', trigger: { by: 'phrase', phrases } };
    return new SimulatedCall({ actions: [action] }).start();
  };
  const endsAfter = (say: string, ...phrases: string[]) => {
    const call = phrased('action_end_conversation', ...phrases).willReply(say);
    return call.says('go').runUntilQuiet().finished !== null;
  };

  test.each([
    ['It’s been a pleasure, GOODBYE!', "it's been a pleasure"],
    ['Its been a pleasure - good-bye.', 'It’s been a pleasure, good bye'],
    ['Well: I am   hanging up... now', 'i am hanging up now'],
    ['Auf Wiederhören!', 'auf wiederhören'],
    ['それではさようなら。', 'さようなら'],
  ])('"%s" has "%s" in it', (say, phrase) => {
    expect(endsAfter(say, phrase)).toBe(true);
  });

  test('any of several does', () => {
    expect(endsAfter('So long then.', 'goodbye', 'so long')).toBe(true);
  });

  test.each([
    ['Take the bypass.', 'bye'],
    ['Nothing of the kind.', '...'],
    ['Nothing of the kind.', ''],
  ])('"%s" does not have "%s" in it', (say, phrase) => {
    expect(endsAfter(say, phrase)).toBe(false);
  });

  test('a phrase starts nothing that needs an input', () => {
    const call = phrased('action_dtmf', 'pressing one').willReply('I am pressing one.');
    call.says('go').runUntilQuiet();
    expect(call.effectsOf('request_tones')).toEqual([]);
  });

  test('the caller’s words start nothing', () => {
    const call = phrased('action_end_conversation', 'goodbye').willReply('Not yet, please.');
    call.says('goodbye').runUntilQuiet();
    expect(call.finished).toBeNull();
  });
});
