import type { ScriptedReply } from './choose-reply';

/** A reply cut into what the API streams, one entry a token; the last carries the reason of the end. */
export interface ReplyTokens {
  readonly role: unknown;
  readonly tokens: readonly unknown[];
  /** Index of the token that ends the first clause of two words or more; -1 when none does. */
  readonly firstClauseEnd: number;
  readonly end: unknown;
}

/** The deltas of a reply: words, then the pieces of its tool call, of which only the first has id and name. */
export function replyTokens(reply: ScriptedReply, callId: string): ReplyTokens {
  const texts = tokensOf(reply.text);
  const tokens: unknown[] = texts.map((content) => choice({ content }));
  if (reply.tool) {
    const { name, arguments: text } = reply.tool;
    const first = { index: 0, id: callId, type: 'function', function: { name, arguments: '' } };
    tokens.push(choice({ tool_calls: [first] }));
    for (const piece of text.match(/.{1,8}/gs) ?? [])
      tokens.push(choice({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
  }
  return {
    role: choice({ role: 'assistant', content: reply.text === '' && reply.tool ? null : '' }),
    tokens,
    firstClauseEnd: texts.findIndex((text, at) => at > 1 && /[,;:.!?]$/.test(text)),
    end: choice({}, reply.tool ? 'tool_calls' : 'stop'),
  };
}

/** Words and marks as a model's tokens: a word takes the space before it along. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}'’-]+|\s*[^\s\p{L}\p{N}]+|\s+$/gu) ?? [];
}

/** The whole reply at once, for a request that does not stream. */
export function wholeMessage(reply: ScriptedReply, callId: string): unknown {
  return {
    index: 0,
    message: {
      role: 'assistant',
      content: reply.text === '' && reply.tool ? null : reply.text,
      refusal: null,
      ...(reply.tool && { tool_calls: [{ id: callId, type: 'function', function: reply.tool }] }),
    },
    logprobs: null,
    finish_reason: reply.tool ? 'tool_calls' : 'stop',
  };
}

function choice(delta: unknown, finishReason: string | null = null): unknown {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}
