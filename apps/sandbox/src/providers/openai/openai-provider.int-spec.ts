import OpenAI, { AuthenticationError, RateLimitError } from 'openai';
import type { FaultSettings } from '../../faults';
import type { ModelEntries } from '../../journal';
import { KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { OpenAiProvider } from './openai-provider';

const tool = { name: 'transfer_call', arguments: { to: '+15005550006' } };
const script = {
  model: {
    rules: [
      { when: { lastUserContains: ['transfer'] }, say: 'One moment.', tool },
      { when: { lastUserContains: ['table'] }, say: 'Sure, for how many people?' },
    ],
  },
  delays: { model: { firstTokenMs: 5, tokensPerSecond: 500 } },
};
const tools: OpenAI.Chat.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'transfer_call', parameters: { type: 'object', properties: {} } } },
];

/** The official client against the sandbox: it must find nothing amiss. */
describe('OpenAiProvider', () => {
  let options: ReturnType<typeof providerOptions<ModelEntries>>;
  let provider: OpenAiProvider;

  async function start(faults: FaultSettings = {}, path = '/v1'): Promise<OpenAI> {
    options = providerOptions<ModelEntries>(faults, script);
    provider = new OpenAiProvider(options);
    const port = await provider.start();
    return new OpenAI({
      apiKey: KEY,
      baseURL: `http://127.0.0.1:${port}${path}`,
      maxRetries: 0,
      logLevel: 'off',
    });
  }

  const ask = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] });

  afterEach(() => provider.close());

  it('says first that it is not a language model', async () => {
    await start();
    expect(options.journal.after(0)[0]).toMatchObject({
      kind: 'started',
      note: expect.stringContaining('not a language model'),
    });
  });

  it.each(['/v1', ''])('answers whole, at %p', async (path) => {
    const client = await start({}, path);
    const answer = await client.chat.completions.create(ask('a table'));
    expect(answer.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'Sure, for how many people?' },
      finish_reason: 'stop',
    });
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
    expect((await client.models.list()).data).toHaveLength(1);
  });

  it('streams what the client puts together to the same message', async () => {
    const client = await start();
    const stream = client.chat.completions.stream({
      ...ask('please transfer me'),
      tools,
      stream_options: { include_usage: true },
    });
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(6);
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]).toMatchObject({
      message: {
        content: 'One moment.',
        tool_calls: [
          {
            type: 'function',
            function: { name: 'transfer_call', arguments: JSON.stringify(tool.arguments) },
          },
        ],
      },
      finish_reason: 'tool_calls',
    });
    expect(final.usage?.completion_tokens).toBeGreaterThan(3);
    expect(await lineOf(options.journal, 'reply')).toMatchObject({
      rule: 0,
      text: 'One moment.',
      tool: 'transfer_call',
    });
  });

  it('sends usage only to who asks for it', async () => {
    const client = await start();
    const stream = await client.chat.completions.create({ ...ask('table'), stream: true });
    for await (const chunk of stream) expect(chunk).not.toHaveProperty('usage');
  });

  it('refuses in the shapes that the client knows', async () => {
    const client = await start({ model: { status: { value: 429, after: 1, times: 1 } } });
    const wrong = client.withOptions({ apiKey: 'wrong' });
    await expect(wrong.chat.completions.create(ask('x'))).rejects.toMatchObject({ code: 'invalid_api_key' });
    await expect(wrong.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    await client.chat.completions.create(ask('x'));
    await expect(client.chat.completions.create(ask('x'))).rejects.toBeInstanceOf(RateLimitError);
    await expect(client.chat.completions.create({ ...ask('x'), temperature: 7 })).rejects.toMatchObject({
      status: 400,
      param: 'temperature',
    });
    const orphan = { role: 'tool' as const, tool_call_id: 'none', content: 'x' };
    await expect(client.chat.completions.create({ model: 'm', messages: [orphan] })).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
    });
  });

  it('answers with nothing when it is told to', async () => {
    const client = await start({ model: { empty: true } });
    const answer = await client.chat.completions.create(ask('table'));
    expect(answer.choices[0]?.message.content).toBe('');
  });
});
