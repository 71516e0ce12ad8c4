import { parseScript } from '../../script';
import { chatBody, conversationFault, schemaFault } from './chat-body';
import { chooseReply, lastUserText } from './choose-reply';

const script = parseScript({
  model: {
    rules: [
      { when: { lastUserContains: ['goodbye'] }, tool: { name: 'end_conversation' } },
      {
        when: { lastUserContains: ['transfer', 'me'], notYetCalled: 'transfer_call' },
        say: 'One moment.',
        tool: { name: 'transfer_call', arguments: { to: '+1' } },
        firstTokenMs: 900,
      },
      { when: { lastUserContains: ['keys'] }, say: 'Pressing.', tool: { name: 'dtmf' } },
      { when: { afterTool: 'transfer_call' }, say: 'Done.' },
      { when: { lastUserContains: ['table'] }, say: 'For how many?', tokensPerSecond: 5 },
      { when: { lastUserContains: ['parking'], toldContains: ['Mill Lane'] }, say: 'In Mill Lane.' },
    ],
    otherwise: { say: 'Pardon?' },
  },
});

const call = (name: string, id = 'c1') => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }],
});
const result = (id = 'c1') => ({ role: 'tool', tool_call_id: id, content: 'ok' });
const user = (content: unknown) => ({ role: 'user', content });

function body(messages: readonly unknown[], tools: readonly string[] = []) {
  return chatBody.parse({
    model: 'm',
    messages,
    ...(tools.length > 0 && { tools: tools.map((name) => ({ type: 'function', function: { name } })) }),
  });
}
const choose = (messages: readonly unknown[], tools?: readonly string[]) =>
  chooseReply(body(messages, tools), script.model, script.delays);

describe('chooseReply', () => {
  it('goes wild where it is told to: any name, any text, any number, again and again', () => {
    const tool = { name: 'rm_rf', text: '{"a":', times: 3, wild: true };
    const wild = parseScript({ model: { rules: [{ when: {}, tool }] } });
    const messages = [user('go'), call('rm_rf'), result()];
    expect(chooseReply(body(messages, ['dtmf']), wild.model, wild.delays)).toMatchObject({
      tool: { name: 'rm_rf', arguments: '{"a":', times: 3 },
    });
  });

  it('goes by what the model was told beside the conversation', () => {
    const told = { role: 'system', content: 'Source: the car park is in Mill Lane.' };
    expect(choose([user('parking?')])).toMatchObject({ text: 'Pardon?' });
    expect(choose([told, user('parking?')])).toMatchObject({ text: 'In Mill Lane.' });
  });

  it('goes by the words of the last thing that the user said, whatever their case and marks', () => {
    expect(choose([user('A Table, please!')])).toMatchObject({
      rule: 4,
      text: 'For how many?',
      tokensPerSecond: 5,
    });
    expect(choose([user('table'), user('no, tables')])).toMatchObject({ rule: null, text: 'Pardon?' });
    expect(choose([user([{ type: 'text', text: 'a table' }])])).toMatchObject({ rule: 4 });
  });

  it('calls the tool under the name it is offered by', () => {
    expect(choose([user('transfer me')], ['action_transfer_call', 'dtmf'])).toMatchObject({
      text: 'One moment.',
      tool: { name: 'action_transfer_call', arguments: '{"to":"+1"}' },
      firstTokenMs: 900,
    });
  });

  it('only speaks when the tool is not offered, and takes another rule when it would say nothing', () => {
    expect(choose([user('transfer me')])).toMatchObject({ text: 'One moment.', tool: null });
    expect(choose([user('goodbye')])).toMatchObject({ text: 'Pardon?', tool: null });
  });

  it('goes on after the result of a tool', () => {
    const messages = [user('transfer me'), call('transfer_call'), result()];
    expect(choose(messages, ['transfer_call'])).toMatchObject({ rule: 3, text: 'Done.' });
  });

  it('does not call the same tool again for the same words', () => {
    expect(choose([user('keys'), call('dtmf'), result()], ['dtmf'])).toMatchObject({ rule: null });
    expect(choose([user('keys'), call('dtmf'), result(), user('keys')], ['dtmf'])).toMatchObject({ rule: 2 });
  });

  it('keeps a rule for one time', () => {
    const again = [user('transfer me'), call('transfer_call'), result(), user('transfer me')];
    expect(choose(again, ['transfer_call'])).toMatchObject({ rule: null });
  });

  it('knows what was said last', () => {
    expect(lastUserText(body([user('a'), { role: 'assistant', content: 'b' }]))).toBe('a');
    expect(lastUserText(body([{ role: 'system', content: 's' }]))).toBe('');
  });
});

describe('conversationFault', () => {
  it('takes a conversation whose tool calls are all answered', () => {
    expect(conversationFault(body([user('a'), call('x'), result(), user('b')]))).toBeUndefined();
  });

  it.each([
    ['a call without an answer', [user('a'), call('x'), user('b')]],
    ['a call without an answer at the end', [user('a'), call('x')]],
    ['an answer without a call', [user('a'), result()]],
    ['an answer to another call', [user('a'), call('x', 'c1'), result('c2')]],
  ])('refuses %s', (_name, messages) => {
    expect(conversationFault(body(messages))?.error.type).toBe('invalid_request_error');
  });
});

test('an array without its items is refused as a schema, and the tool is named', () => {
  const tool = (name: string, list: object) => ({
    type: 'function',
    function: { name, parameters: { type: 'object', properties: { list } } },
  });
  const tools = [tool('good', { type: 'array', items: {} }), tool('bad', { type: 'array' })];
  const asked = (given: object[]) => chatBody.parse({ model: 'm', messages: [user('a')], tools: given });
  expect(schemaFault(asked(tools.slice(0, 1)))).toBeUndefined();
  expect(schemaFault(asked(tools))?.error).toMatchObject({
    param: 'tools[1].function.parameters',
    code: 'invalid_function_parameters',
    message: expect.stringContaining("'bad'"),
  });
});
