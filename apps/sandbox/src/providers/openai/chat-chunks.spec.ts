import fc from 'fast-check';
import { replyTokens, tokensOf } from './chat-chunks';

const pace = { rule: 0, firstTokenMs: 0, tokensPerSecond: 1 };

describe('tokensOf', () => {
  it('cuts a text into words and marks', () => {
    expect(tokensOf("Sure, it's 5 o'clock.")).toEqual(['Sure', ',', " it's", ' 5', " o'clock", '.']);
  });

  it('loses nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => tokensOf(text).join('') === text));
  });
});

describe('replyTokens', () => {
  it('names a tool call once, and sends its arguments in pieces', () => {
    const tool = { name: 'transfer_call', arguments: '{"to":"+15005550006"}' };
    const { role, tokens, end } = replyTokens({ ...pace, text: '', tool }, 'call_1');
    expect(role).toMatchObject({ delta: { role: 'assistant', content: null } });
    const pieces = tokens.map((token) => (token as { delta: { tool_calls: unknown[] } }).delta.tool_calls[0]);
    expect(pieces[0]).toEqual({
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'transfer_call', arguments: '' },
    });
    expect(pieces.length).toBeGreaterThan(2);
    const texts = pieces.map((piece) => (piece as { function: { arguments: string } }).function.arguments);
    expect(texts.join('')).toBe(tool.arguments);
    for (const piece of pieces.slice(1)) expect(piece).not.toHaveProperty('id');
    expect(end).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  it('makes several calls, each with an id of its own', () => {
    const tool = { name: 'dtmf', arguments: '{}', times: 200 };
    const { tokens } = replyTokens({ ...pace, text: '', tool }, 'call_1');
    const calls = tokens.flatMap(
      (token) => (token as { delta: { tool_calls: { id?: string }[] } }).delta.tool_calls,
    );
    expect(new Set(calls.flatMap(({ id }) => id ?? [])).size).toBe(200);
  });

  it('brings a very long text to its end', () => {
    const tool = { name: 'dtmf', arguments: '1'.repeat(1_000_000) };
    expect(replyTokens({ ...pace, text: '', tool }, 'call_1').tokens.length).toBeLessThan(300);
  });
});
