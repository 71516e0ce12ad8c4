import type { ChatMessage, ReplyRequest } from '@parley/conversation';
import type OpenAI from 'openai';

type Params = OpenAI.Chat.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.ChatCompletionMessageParam;

/** Fields that some compatible servers and models refuse; a reply can do without them. */
export const spareFields = ['stream_options', 'temperature'] as const;
export type SpareField = (typeof spareFields)[number];

/** The request for one streamed reply, without the fields in `omitted`. */
export function chatRequest(request: ReplyRequest, model: string, omitted: ReadonlySet<SpareField>): Params {
  const params: Params = { model, stream: true, messages: request.messages.map(toMessage) };
  if (!omitted.has('temperature')) params.temperature = request.temperature;
  if (!omitted.has('stream_options')) params.stream_options = { include_usage: true };
  if (request.tools.length > 0)
    params.tools = request.tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters: { ...parameters } },
    }));
  return params;
}

function toMessage(message: ChatMessage): Message {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant':
      if (message.toolCalls.length === 0) return { role: 'assistant', content: message.content };
      return {
        role: 'assistant',
        content: message.content === '' ? null : message.content,
        tool_calls: message.toolCalls.map((call) => ({
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        })),
      };
  }
}
