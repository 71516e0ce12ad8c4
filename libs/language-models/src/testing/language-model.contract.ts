import type {
  ChatMessage,
  LanguageModel,
  ReplyEvent,
  ReplyRequest,
  Tool,
  ToolCall,
} from '@parley/conversation';

/**
 * What stands at the other end. `slow`: answers after every deadline; `stalls`, `cuts`: stops, or breaks the
 * connection, within the reply; `ends_early`: ends the reply without saying so; `garbles`: sends nonsense in it.
 */
export type LanguageModelPeer =
  | 'healthy'
  | 'wrong_key'
  | 'rate_limited'
  | 'broken'
  | 'unreachable'
  | 'slow'
  | 'stalls'
  | 'cuts'
  | 'ends_early'
  | 'garbles';

/** A model with its peer; its deadlines are short, so that a test can wait for them. */
export interface LanguageModelBench {
  readonly model: LanguageModel;
  /** What the peer answers to `QUESTION`: more than one token. */
  readonly answer: string;
  /** What the peer says after the result of `TOOL`. */
  readonly answerAfterTool: string;
  /** The arguments with which the peer calls `TOOL` on `TOOL_QUESTION`. */
  readonly toolArguments: Readonly<Record<string, unknown>>;
  /** Resolves when the peer noticed that a request was given up. */
  givenUp(): Promise<void>;
  stop(): Promise<void>;
}

/** To this the peer answers in words. */
export const QUESTION = 'do you have a table';
/** To this the peer calls the tool. */
export const TOOL_QUESTION = 'transfer me please';
export const TOOL: Tool = {
  name: 'transfer_call',
  description: 'Transfers the call.',
  parameters: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
};

/** The promises of the port `LanguageModel`, for any adapter with any peer that keeps to `LanguageModelBench`. */
export function describeLanguageModel(
  name: string,
  start: (peer: LanguageModelPeer) => Promise<LanguageModelBench>,
): void {
  describe(`${name} as a LanguageModel`, () => {
    let bench: LanguageModelBench;
    afterEach(() => bench.stop());

    async function reply(
      request: ReplyRequest,
      signal = new AbortController().signal,
    ): Promise<ReplyEvent[]> {
      const events: ReplyEvent[] = [];
      for await (const event of bench.model.reply(request, signal)) events.push(event);
      return events;
    }

    it('streams an answer piece by piece, and says that it is complete', async () => {
      bench = await start('healthy');
      const events = await reply(ask(QUESTION));
      expect(textOf(events)).toBe(bench.answer);
      expect(events.filter((event) => event.type === 'text').length).toBeGreaterThan(1);
      expect(events.at(-1)).toEqual({ type: 'finished', reason: 'stop' });
    });

    it('gives a tool call whole, and goes on from its result', async () => {
      bench = await start('healthy');
      const events = await reply(ask(TOOL_QUESTION, [TOOL]));
      const calls = events.flatMap((event) => (event.type === 'tool_call' ? [event.call] : []));
      expect(calls).toHaveLength(1);
      const call = calls[0] as ToolCall;
      expect(call.name).toBe(TOOL.name);
      expect(call.id).not.toBe('');
      expect(JSON.parse(call.arguments)).toEqual(bench.toolArguments);
      expect(events.at(-1)).toEqual({ type: 'finished', reason: 'tool_calls' });

      const first = ask(TOOL_QUESTION, [TOOL]);
      const next: ChatMessage[] = [
        ...first.messages,
        { role: 'assistant', content: textOf(events), toolCalls: calls },
        { role: 'tool', toolCallId: call.id, content: '{"ok":true}' },
      ];
      expect(textOf(await reply({ ...first, messages: next }))).toBe(bench.answerAfterTool);
    });

    it('answers several at once and one after the other', async () => {
      bench = await start('healthy');
      const together = await Promise.all([QUESTION, QUESTION, QUESTION].map((text) => reply(ask(text))));
      for (const events of [...together, await reply(ask(QUESTION))])
        expect(textOf(events)).toBe(bench.answer);
    });

    it('ends without an error, and gives the request up, when it is aborted', async () => {
      bench = await start('healthy');
      const controller = new AbortController();
      const events: ReplyEvent[] = [];
      for await (const event of bench.model.reply(ask(QUESTION), controller.signal)) {
        events.push(event);
        controller.abort();
      }
      expect(events).toHaveLength(1);
      await bench.givenUp();
    });

    it('gives the request up when its consumer leaves', async () => {
      bench = await start('healthy');
      const { signal } = new AbortController();
      const events = bench.model.reply(ask(QUESTION), signal)[Symbol.asyncIterator]();
      await events.next();
      await events.return?.();
      await bench.givenUp();
    });

    it.each(['healthy', 'unreachable'] as const)('warms up without ever throwing: %s', async (peer) => {
      bench = await start(peer);
      expect(() => bench.model.warm()).not.toThrow();
    });

    it('asks nobody when it is aborted before it begins', async () => {
      bench = await start('broken');
      expect(await reply(ask(QUESTION), AbortSignal.abort())).toEqual([]);
    });

    it('ends without an error when it is aborted before the first word', async () => {
      bench = await start('slow');
      const controller = new AbortController();
      const events = reply(ask(QUESTION), controller.signal);
      controller.abort();
      expect(await events).toEqual([]);
    });

    it.each([
      ['wrong_key', 'UNAUTHENTICATED', false],
      ['rate_limited', 'RATE_LIMITED', true],
      ['broken', 'UNAVAILABLE', true],
      ['unreachable', 'UNAVAILABLE', true],
      ['slow', 'TIMEOUT', true],
      ['stalls', 'STALLED', true],
      ['cuts', 'INCOMPLETE', true],
      ['ends_early', 'INCOMPLETE', true],
      ['garbles', 'INCOMPLETE', true],
    ] as const)('%s: throws %s', async (peer, code, retryable) => {
      bench = await start(peer);
      await expect(reply(ask(QUESTION))).rejects.toMatchObject({ code: `MODEL.${code}`, retryable });
    });
  });
}

function ask(text: string, tools: readonly Tool[] = []): ReplyRequest {
  const messages: ChatMessage[] = [
    { role: 'system', content: 'You are Ada.' },
    { role: 'user', content: text },
  ];
  return { messages, tools, temperature: 0.5, model: null };
}

function textOf(events: readonly ReplyEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
