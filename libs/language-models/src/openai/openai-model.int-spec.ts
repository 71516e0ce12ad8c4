import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ReplyEvent, ReplyRequest } from '@parley/conversation';
import { createLogger } from '@parley/observability';
import { OpenAiModel } from './openai-model';
import type { OpenAiOptions } from './openai-model';

const request: ReplyRequest = {
  messages: [{ role: 'user', content: 'hello' }],
  tools: [],
  temperature: 0.3,
  model: null,
};
const end = { choices: [{ index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' }] };

interface Asked {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

describe('OpenAiModel', () => {
  const asked: Asked[] = [];
  const connections: Socket[] = [];
  let answer: (response: ServerResponse, nth: number) => void;
  let server: Server;
  let model: OpenAiModel;

  beforeEach(async () => {
    asked.length = connections.length = 0;
    answer = (response) => sendReply(response);
    server = createServer((incoming, response) => {
      let text = '';
      incoming.on('data', (piece: Buffer) => (text += piece.toString()));
      incoming.on('end', () => {
        asked.push({
          url: incoming.url ?? '',
          headers: incoming.headers,
          body: JSON.parse(text || '{}') as Asked['body'],
        });
        answer(response, asked.length);
      });
    });
    server.on('connection', (socket) => connections.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    model = newModel();
  });

  afterEach(async () => {
    await model.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function newModel(changes: Partial<OpenAiOptions> = {}): OpenAiModel {
    return new OpenAiModel({
      apiKey: 'key',
      baseUrl: `${origin()}/v1`,
      model: 'deployed',
      firstTokenTimeoutMs: 2000,
      stallTimeoutMs: 1000,
      logger: createLogger({ service: 'test', level: 'silent' }),
      ...changes,
    });
  }

  async function reply(given: ReplyRequest = request): Promise<ReplyEvent[]> {
    const events: ReplyEvent[] = [];
    for await (const event of model.reply(given, new AbortController().signal)) events.push(event);
    return events;
  }

  it("takes the deployment's model, or the agent's", async () => {
    await reply();
    await reply({ ...request, model: 'own' });
    expect(asked.map(({ body }) => body['model'])).toEqual(['deployed', 'own']);
  });

  it("asks for an agent's own account over the same connections", async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await reply();
      const own = model.forAccount('own-key').reply(request, new AbortController().signal);
      for await (const event of own) expect(event.type).not.toBe('tool_call');
    }
    expect(asked.slice(-2).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer key',
      'Bearer own-key',
    ]);
    expect(connections.length).toBeLessThanOrEqual(2);
  });

  it('serves accounts that bring their own key, and needs none for that', async () => {
    await model.close();
    model = newModel({ apiKey: '' });
    for await (const event of model.forAccount('own-key').reply(request, new AbortController().signal))
      expect(event.type).not.toBe('tool_call');
    await reply();
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer own-key', 'Bearer none']);
  });

  it.each([
    ['its v1 API', null, 'deployed', '/openai/v1/chat/completions'],
    [
      'a dated API',
      '2024-10-21',
      'deployed',
      '/openai/deployments/deployed/chat/completions?api-version=2024-10-21',
    ],
    [
      'a name that is a path',
      '2024-10-21',
      '../../x',
      '/openai/deployments/..%2F..%2Fx/chat/completions?api-version=2024-10-21',
    ],
  ])('speaks to Azure: %s', async (_, apiVersion, name, url) => {
    await model.close();
    model = newModel({ baseUrl: origin(), model: name, azure: { apiVersion } });
    expect(await reply()).toHaveLength(2);
    expect(asked[0]?.url).toBe(url);
    expect(asked[0]?.headers).toMatchObject({ 'api-key': 'key' });
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it('takes no account or project from the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { OPENAI_ORG_ID: 'org', OPENAI_PROJECT_ID: 'project', OPENAI_API_KEY: 'x' });
    process.env['OPENAI_ADMIN_KEY'] = 'admin';
    try {
      await model.close();
      model = newModel();
      await reply();
    } finally {
      process.env = before;
    }
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer key' });
    expect(asked[0]?.headers).not.toHaveProperty('openai-organization');
    expect(asked[0]?.headers).not.toHaveProperty('openai-project');
  });

  it('keeps its connections over many turns', async () => {
    for (let turn = 0; turn < 6; turn++) await reply();
    // The rest of a reply may still be on its way when the next one is asked for.
    expect(connections.length).toBeLessThanOrEqual(2);
  });

  it('keeps the connection when the consumer leaves before the rest of the answer came', async () => {
    for (let turn = 0; turn < 5; turn++) {
      let sendRest: (() => void) | undefined;
      answer = (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(end)}\n\n`);
        sendRest = () => response.end('data: [DONE]\n\n');
      };
      for await (const event of model.reply(request, new AbortController().signal))
        if (event.type === 'finished') break;
      sendRest?.();
    }
    expect(connections.length).toBeLessThanOrEqual(2);
  });

  it('has a connection ready once it is warm, and shows no key for it', async () => {
    const warmed = new Promise<void>((resolve) => {
      answer = (response) => response.writeHead(404).end('{}', resolve);
    });
    model.warm();
    await warmed;
    answer = (response) => sendReply(response);
    // The answer is still on its way to the client.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
    await reply();
    expect(connections).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it('asks once more when a kept connection is gone', async () => {
    await reply();
    answer = (response, nth) => (nth === 2 ? response.socket?.destroy() : sendReply(response));
    expect((await reply()).at(-1)).toEqual({ type: 'finished', reason: 'stop' });
    expect(asked).toHaveLength(3);
  });

  it('does without a field that the server refuses, from then on', async () => {
    answer = (response, nth) => {
      const { body } = asked[nth - 1] as Asked;
      const param = ['stream_options', 'temperature'].find((field) => field in body);
      if (!param) {
        sendReply(response);
        return;
      }
      response.writeHead(400, { 'content-type': 'application/json' });
      const message = `Unsupported parameter: '${param}'.`;
      response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param, code: null } }));
    };
    expect((await reply()).at(-1)?.type).toBe('finished');
    expect(asked).toHaveLength(3);
    await reply();
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['names it as the place', 'tools[0].function.parameters'],
    ['names no place', null],
  ])('keeps a field that a complaint only mentions, when it %s', async (_, param) => {
    const tools = [{ name: 'temperature', description: '', parameters: {} }];
    answer = (response) => {
      if (!asked.at(-1)?.body['tools']) {
        sendReply(response);
        return;
      }
      response.writeHead(400, { 'content-type': 'application/json' });
      const message = "Invalid schema for function 'temperature'.";
      response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param, code: null } }));
    };
    await expect(reply({ ...request, tools })).rejects.toMatchObject({ code: 'MODEL.REJECTED' });
    await reply();
    expect(asked.at(-1)?.body).toMatchObject({ temperature: 0.3, stream_options: {} });
  });

  it('gives a sign of life while it writes long arguments', async () => {
    const piece = (call: object) =>
      `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] })}\n\n`;
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(piece({ index: 0, id: 'a', function: { name: 'book', arguments: '' } }));
      for (let n = 0; n < 40; n += 1) response.write(piece({ index: 0, function: { arguments: '1234' } }));
      response.end('data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n');
    };
    const events = await reply();
    expect(events.slice(0, -2)).toEqual(Array(11).fill({ type: 'text', text: '' }));
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['tool_call', 'finished']);
  });

  it('gives up on a 400 that it cannot mend, and repeats nothing of it', async () => {
    answer = (response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: 'you said hello', type: 't', param: 'messages', code: 'c' } }),
      );
    };
    const error: unknown = await reply().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MODEL.REJECTED', details: { status: 400, param: 'messages' } });
    expect(JSON.stringify(error)).not.toContain('hello');
    expect(asked).toHaveLength(1);
  });

  it('passes over comments and lines of other kinds', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': keep-alive\n\n');
      response.write('event: message\nid: 7\nretry: 10\n');
      response.end(`data: ${JSON.stringify(end)}\r\n\r\n: ping\n\ndata: [DONE]\n\n`);
    };
    expect(await reply()).toHaveLength(2);
  });

  it('is whole without a [DONE]', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify(end)}\n\n`);
    };
    expect(await reply()).toHaveLength(2);
  });

  it.each([
    ['an end of the connection', ''],
    ['[DONE]', 'data: [DONE]\n\n'],
    ['an error without its usual place', 'data: {"object":"error","message":"out of memory","code":500}\n\n'],
    ['a line that is null', 'data: null\n\n'],
  ])('is not whole with %s in place of its end', async (_, last) => {
    const begun = { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] };
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify(begun)}\n\n${last}`);
    };
    await expect(reply()).rejects.toMatchObject({ code: 'MODEL.INCOMPLETE', retryable: true });
  });

  it('tells an error that comes within the stream', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        'data: {"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}\n\n',
      );
    };
    await expect(reply()).rejects.toMatchObject({ code: 'MODEL.RATE_LIMITED' });
  });

  it('does not take the role alone for a first word', async () => {
    await model.close();
    model = new OpenAiModel({
      apiKey: 'key',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      model: 'deployed',
      firstTokenTimeoutMs: 200,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n');
    };
    await expect(reply()).rejects.toMatchObject({ code: 'MODEL.TIMEOUT' });
  });

  it('is whole when the end is said, though the stream hangs behind it', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(end)}\n\n`);
    };
    expect((await reply()).at(-1)).toEqual({ type: 'finished', reason: 'stop' });
  });
});

function sendReply(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  response.write(`data: ${JSON.stringify(end)}\n\n`);
  response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
}
