import { z } from 'zod';

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const message = z
  .object({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
    content: z
      .union([z.string(), z.array(z.object({ type: z.string(), text: z.string().optional() }))])
      .nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
    tool_call_id: z.string().optional(),
  })
  .refine(
    ({ role, content, tool_calls }) => (content ?? null) !== null || (role === 'assistant' && tool_calls),
    {
      path: ['content'],
      message: 'expected a string, got null',
    },
  );

/** The body of a chat completion, as far as the sandbox looks at it. */
export const chatBody = z.object({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  tools: z
    .array(
      z.object({
        type: z.literal('function'),
        function: z.object({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          parameters: z.record(z.string(), z.unknown()).optional(),
        }),
      }),
    )
    .min(1)
    .optional(),
});

export type ChatBody = z.output<typeof chatBody>;

/** A refusal in OpenAI's shape. */
export interface ChatRefusal {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/**
 * What is wrong with a conversation beyond its shape: every tool call of an assistant must be answered by a tool
 * message right after it, and a tool message must answer one. The real API refuses such a request with a 400.
 */
export function conversationFault(body: ChatBody): ChatRefusal | undefined {
  let open = new Set<string>();
  for (const [at, { role, tool_calls, tool_call_id }] of body.messages.entries()) {
    if (role === 'tool') {
      if (!open.delete(tool_call_id ?? ''))
        return refusal(400, `messages.[${at}].role`, "messages with role 'tool' must answer a tool call");
      continue;
    }
    if (open.size > 0) break;
    open = new Set(tool_calls?.map((call) => call.id));
  }
  if (open.size === 0) return undefined;
  return refusal(400, 'messages', `tool calls without an answer: ${[...open].join(', ')}`);
}

/** What is wrong with a tool's schema: of its faults, the sandbox knows the one that people make most. */
export function schemaFault({ tools = [] }: ChatBody): ChatRefusal | undefined {
  for (const [at, { function: tool }] of tools.entries()) {
    const properties = Object.entries((tool.parameters?.['properties'] ?? {}) as Record<string, unknown>);
    const bare = properties.find(([, schema]) => isBareArray(schema));
    if (!bare) continue;
    const message = `Invalid schema for function '${tool.name}': In context=('properties', '${bare[0]}'), array schema missing items.`;
    const { error } = refusal(400, `tools[${at}].function.parameters`, message);
    return { error: { ...error, code: 'invalid_function_parameters' } };
  }
  return undefined;
}

function isBareArray(schema: unknown): boolean {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    'type' in schema &&
    schema.type === 'array' &&
    !('items' in schema)
  );
}

const codes: Readonly<Record<number, readonly [string, string | null, string]>> = {
  400: ['invalid_request_error', null, 'The request is wrong.'],
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  404: ['invalid_request_error', 'unknown_url', 'Unknown request URL.'],
  429: ['requests', 'rate_limit_exceeded', 'Rate limit reached.'],
};

/** The refusal that belongs to a status. */
export function refusal(status: number, param: string | null = null, message?: string): ChatRefusal {
  const known = codes[status] ?? (['server_error', null, 'The server had an error.'] as const);
  return { error: { message: message ?? known[2], type: known[0], param, code: known[1] } };
}
