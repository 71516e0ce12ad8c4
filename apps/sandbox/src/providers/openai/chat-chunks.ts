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
  for (const { index, id, name, text } of callsOf(reply, callId)) {
    const first = { index, id, type: 'function', function: { name, arguments: '' } };
    tokens.push(choice({ tool_calls: [first] }));
    for (const piece of piecesOf(text))
      tokens.push(choice({ tool_calls: [{ index, function: { arguments: piece } }] }));
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
      ...(reply.tool && {
        tool_calls: callsOf(reply, callId).map(({ id, name, text }) => ({
          id,
          type: 'function',
          function: { name, arguments: text },
        })),
      }),
    },
    logprobs: null,
    finish_reason: reply.tool ? 'tool_calls' : 'stop',
  };
}

function callsOf({ tool }: ScriptedReply, callId: string) {
  if (!tool) return [];
  const { name, arguments: text, times = 1 } = tool;
  return Array.from({ length: times }, (_, index) => ({
    index,
    id: index === 0 ? callId : `${callId}_${index}`,
    name,
    text,
  }));
}

/** As a model writes them, in a few characters at a time; of a very long text more, so that it comes to an end. */
function piecesOf(text: string): string[] {
  const chars = Math.max(8, Math.ceil(text.length / 256));
  const count = Math.ceil(text.length / chars);
  return Array.from({ length: count }, (_, index) => text.slice(index * chars, (index + 1) * chars));
}

function choice(delta: unknown, finishReason: string | null = null): unknown {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}
