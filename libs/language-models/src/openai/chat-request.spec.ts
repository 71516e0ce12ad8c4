import type { ReplyRequest } from '@parley/conversation';
import { chatRequest } from './chat-request';

const call = { id: 'call_1', name: 'transfer_call', arguments: '{"to":"+1555"}' };
const request: ReplyRequest = {
  messages: [
    { role: 'system', content: 'You are Ada.' },
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: 'Hi!', toolCalls: [] },
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', toolCallId: 'call_1', content: 'done' },
  ],
  tools: [{ name: 'transfer_call', description: 'Transfers.', parameters: { type: 'object' } }],
  temperature: 0.2,
  model: null,
};

describe('chatRequest', () => {
  it('says the conversation in the words of the API', () => {
    expect(chatRequest(request, 'gpt-4o', new Set())).toEqual({
      model: 'gpt-4o',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      messages: [
        { role: 'system', content: 'You are Ada.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Hi!' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: call.name, arguments: call.arguments } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'done' },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'transfer_call', description: 'Transfers.', parameters: { type: 'object' } },
        },
      ],
    });
  });

  it('leaves out what a server refuses, and an empty list of tools', () => {
    const params = chatRequest({ ...request, tools: [] }, 'm', new Set(['stream_options', 'temperature']));
    expect(Object.keys(params).sort()).toEqual(['messages', 'model', 'stream']);
  });
});
