import type { ReplyEvent } from '@parley/conversation';
import type OpenAI from 'openai';
import { ReplyReader } from './reply-reader';

function chunk(delta: unknown, finish_reason: string | null = null): OpenAI.Chat.ChatCompletionChunk {
  const whole = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
  return { ...whole, choices: [{ index: 0, delta, finish_reason }] } as OpenAI.Chat.ChatCompletionChunk;
}
const piece = (index: number | undefined, text: string, id?: string, name?: string) =>
  chunk({
    tool_calls: [
      { ...(index !== undefined && { index }), ...(id && { id }), function: { name, arguments: text } },
    ],
  });
const end = (reason: string) => chunk({}, reason);

function read(...chunks: OpenAI.Chat.ChatCompletionChunk[]): ReplyEvent[] {
  const reader = new ReplyReader();
  return chunks.flatMap((one) => reader.read(one));
}

describe('ReplyReader', () => {
  it('gives text as it comes, and the end', () => {
    const chunks = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
    ];
    expect(read(...chunks, end('stop'))).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'finished', reason: 'stop' },
    ]);
  });

  it('joins the pieces of several tool calls by index', () => {
    const events = read(
      piece(0, '', 'call_a', 'first'),
      piece(0, '{"x"'),
      piece(0, ':1}'),
      piece(1, '', 'call_b', 'second'),
      piece(1, '{}'),
      end('tool_calls'),
    );
    expect(events).toEqual([
      { type: 'tool_call', call: { id: 'call_a', name: 'first', arguments: '{"x":1}' } },
      { type: 'tool_call', call: { id: 'call_b', name: 'second', arguments: '{}' } },
      { type: 'finished', reason: 'tool_calls' },
    ]);
  });

  it('tells calls apart by id when a server leaves the index out', () => {
    const events = read(piece(undefined, '{}', 'a', 'x'), piece(undefined, '{}', 'b', 'y'), end('stop'));
    expect(events.map((event) => (event.type === 'tool_call' ? event.call.id : event))).toEqual([
      'a',
      'b',
      { type: 'finished', reason: 'tool_calls' },
    ]);
  });

  it('tells calls apart that all have the same index', () => {
    const events = read(piece(0, '{"a":1}', 'a', 'x'), piece(0, '{"b":2}', 'b', 'y'), end('stop'));
    expect(events.slice(0, 2)).toEqual([
      { type: 'tool_call', call: { id: 'a', name: 'x', arguments: '{"a":1}' } },
      { type: 'tool_call', call: { id: 'b', name: 'y', arguments: '{"b":2}' } },
    ]);
  });

  it('gives calls without an id one of their own', () => {
    const ids = [1, 2].flatMap(() =>
      read(
        piece(undefined, '{}', undefined, 'x'),
        piece(undefined, '{}', undefined, 'x'),
        end('stop'),
      ).flatMap((event) => (event.type === 'tool_call' ? [event.call.id] : [])),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('joins pieces of which each repeats name and id', () => {
    const events = read(piece(0, '{"a"', 'a', 'x'), piece(0, ':1}', 'a', 'x'), end('tool_calls'));
    expect(events[0]).toEqual({ type: 'tool_call', call: { id: 'a', name: 'x', arguments: '{"a":1}' } });
  });

  it('takes arguments that are an object', () => {
    const given = { index: 0, id: 'a', function: { name: 'x', arguments: { to: [1] } } };
    expect(read(chunk({ tool_calls: [given] }), end('tool_calls'))[0]).toEqual({
      type: 'tool_call',
      call: { id: 'a', name: 'x', arguments: '{"to":[1]}' },
    });
  });

  it('gives a refusal as text', () => {
    expect(read(chunk({ content: null, refusal: 'I cannot help with that.' }), end('stop'))).toEqual([
      { type: 'text', text: 'I cannot help with that.' },
      { type: 'finished', reason: 'stop' },
    ]);
  });

  it('passes over content that is no text, and fields that it does not know', () => {
    const odd = { content: [{ type: 'text' }], reasoning_content: 'Hm.', tool_calls: null };
    const known = { ...chunk(odd), obfuscation: 'x1', service_tier: 'default', usage: null };
    expect(read(known as unknown as OpenAI.Chat.ChatCompletionChunk)).toEqual([]);
  });

  it('keeps no more of arguments without end than anybody takes, and says how far they are', () => {
    const reader = new ReplyReader();
    reader.read(piece(0, '', 'a', 'x'));
    expect(reader.writtenChars).toBe(0);
    for (let n = 0; n < 100; n += 1) reader.read(piece(0, '1'.repeat(1_000)));
    expect(reader.writtenChars).toBe(32_768);
    const [event] = reader.read(end('tool_calls'));
    expect(event?.type === 'tool_call' && event.call.arguments.length).toBe(32_768);
  });

  it('drops a tool call that the length limit cut', () => {
    expect(read(piece(0, '{"x":', 'a', 'x'), end('length'))).toEqual([
      { type: 'finished', reason: 'length' },
    ]);
  });

  it('refuses a call without a name', () => {
    expect(() => read(piece(0, '{}', 'a'), end('tool_calls'))).toThrow(
      expect.objectContaining({ code: 'MODEL.INCOMPLETE' }),
    );
  });

  it('starts with the first word, not with the role', () => {
    const reader = new ReplyReader();
    reader.read(chunk({ role: 'assistant', content: '' }));
    expect(reader.started).toBe(false);
    reader.read(chunk({ content: 'a' }));
    expect(reader.started).toBe(true);
  });

  it('lives with chunks that lack what they should have, and keeps the usage', () => {
    const reader = new ReplyReader();
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    for (const odd of [{}, { choices: [] }, { choices: [{}] }, { choices: [], usage }])
      expect(reader.read(odd as unknown as OpenAI.Chat.ChatCompletionChunk)).toEqual([]);
    expect(reader.usage).toEqual(usage);
  });
});
