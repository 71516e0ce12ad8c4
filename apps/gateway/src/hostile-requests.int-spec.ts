import { connect } from 'node:net';
import { newId } from '@parley/kernel';
import fc from 'fast-check';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { publicUrl, SmallSystem, startSmallSystem, twilioToken } from './testing/small-system';

const resources = [
  ...['actions', 'voices', 'webhooks', 'agents', 'prompts', 'vector_databases', 'account_connections'],
];
const routes = [
  ...resources.map((name) => ['POST', `/v1/${name}/create`]),
  ...resources.map((name) => ['GET', `/v1/${name}`]),
  ...resources.map((name) => ['GET', `/v1/${name}/list`]),
  ...resources.map((name) => ['POST', `/v1/${name}/update`]),
  ['POST', '/v1/numbers/buy'],
  ['POST', '/v1/numbers/update'],
  ['POST', '/v1/calls/create'],
  ['POST', '/v1/calls/end'],
  ['GET', '/v1/calls'],
] as [method: string, path: string][];

/** The status, and `text` for a `detail` that is one, or the fields that a list in it names; fails on any other shape. */
async function refusal(sending: Promise<Response>): Promise<[status: number, fields: string | string[]]> {
  const response = await sending;
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const { detail, ...rest } = (await response.json()) as { detail: unknown };
  expect(rest).toEqual({});
  if (response.status !== 422) {
    expect(detail).toEqual(expect.any(String));
    return [response.status, 'text'];
  }
  expect(detail).not.toEqual([]);
  const issues = detail as { loc: (string | number)[]; msg: string; type: string; input: unknown }[];
  for (const issue of issues) {
    expect(issue).toEqual({
      loc: expect.any(Array),
      msg: expect.any(String),
      type: expect.any(String),
      input: issue.input,
    });
    expect(['body', 'query']).toContain(issue.loc[0]);
  }
  return [422, issues.map(({ loc }) => loc.join('.'))];
}

describe('hostile requests', () => {
  let system: SmallSystem;
  let number: string;

  beforeAll(async () => {
    system = await startSmallSystem();
    const bought = await system.send('POST', '/v1/numbers/buy');
    ({ number } = (await bought.json()) as { number: string });
  });
  afterAll(() => system.close());

  const agent = { prompt: 'x', voice: { type: 'voice_azure', voice_name: 'x' } };
  const create = (path: string, body: unknown) =>
    system.send('POST', `/v1/${path}/create`, typeof body === 'string' ? body : JSON.stringify(body));

  /** Sends bytes as they are; gives what came back until the server closed. */
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(system.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });

  describe('in a body', () => {
    const deepArray = '['.repeat(100_000) + ']'.repeat(100_000);

    it.each([
      ['a NUL', 'voices', { type: 'voice_azure', voice_name: 'a\0' }, 'body.voice_name'],
      ['half a surrogate pair', 'agents', { ...agent, initial_message: '\ud83d' }, 'body.initial_message'],
      [
        'a NUL in a name',
        'agents',
        { ...agent, deepgram_keywords: { '\0': 1 } },
        'body.deepgram_keywords.\0',
      ],
      [
        'a number past all numbers',
        'voices',
        '{"type":"voice_azure","voice_name":"x","pitch":1e400}',
        'body.pitch',
      ],
      ['a depth without a bottom', 'agents', `{"prompt":${deepArray}}`, 'body'],
      ['an unfinished depth', 'agents', '['.repeat(200_000), 'body'],
      ['a prototype', 'actions', '{"__proto__":{"type":"action_dtmf"}}', 'body.type'],
      ['a list', 'actions', '[]', 'body'],
      ['a text', 'webhooks', '"x"', 'body'],
      [
        'more wrong entries than fit a call stack',
        'agents',
        { ...agent, prompt: { collect_fields: Array<number>(200_000).fill(0) } },
        'body.prompt.collect_fields',
      ],
    ])('%s is refused by name', async (_, path, body, field) => {
      const [status, fields] = await refusal(create(path, body));
      expect(status).toBe(422);
      expect((fields as string[]).some((name) => name.startsWith(field))).toBe(true);
    });

    it('names that JavaScript gives a meaning to are only names', async () => {
      const context = '{"__proto__":{"polluted":"x"},"constructor":"c","toString":"t"}';
      const call = { from_number: number, to_number: number, agent };
      const body = JSON.stringify(call).replace(/}$/, `,"context":${context}}`);
      const placed = (await (await create('calls', body)).json()) as { context: object };
      expect(placed.context).toEqual({ constructor: 'c', toString: 't' });
      expect('polluted' in {}).toBe(false);
    });

    it('the largest agent on a number with the largest context is answered still', async () => {
      const input_schema = { type: 'object', description: 'x'.repeat(32_000) };
      const [url, processing_mode] = ['https://a.example.com', 'muted'];
      const config = { name: 'a', description: 'a', url, processing_mode, input_schema };
      const made = await create('actions', {
        type: 'action_external',
        config: { ...config, speak_on_send: false, speak_on_receive: false },
      });
      const { id } = (await made.json()) as { id: string };
      const update = async (body: unknown): Promise<number> => {
        const path = `/v1/numbers/update?phone_number=${number}`;
        const response = await system.send('POST', path, JSON.stringify(body));
        // Half a mebibyte that nobody reads would keep its connection.
        await response.arrayBuffer();
        return response.status;
      };
      let actions = 1;
      const grown = () => update({ inbound_agent: { actions: Array<string>(actions).fill(id) } });
      while ((await grown()) === 200) actions += 1;
      expect(await update({ example_context: { a: '\u0001'.repeat(65_000) } })).toBe(200);
      await update({ inbound_agent: { actions: [] }, example_context: null });
    });

    it('a type that is none is refused', async () => {
      for (const type of ['garbage', 'a/b/c', ';;;']) {
        const sending = system.send('POST', '/v1/actions/create', '{}', { 'content-type': type });
        expect(await refusal(sending)).toEqual([415, 'text']);
      }
    });
  });

  describe('in an address', () => {
    const rows: [method: string, path: string, status: number, fields: string | string[]][] = [
      ['GET', '/v1/agents?id=a&id=b', 422, ['query.id']],
      ['GET', `/v1/agents?id=${newId()}&id=${newId()}`, 422, ['query.id']],
      ['GET', '/v1/agents?id=%00', 422, ['query.id']],
      ['GET', '/v1/agents?id=%zz', 422, ['query.id']],
      ['GET', '/v1/agents?__proto__=x', 422, ['query.id']],
      ['POST', '/v1/numbers/update?phone_number=1&phone_number=2', 422, ['query.phone_number']],
      ['POST', '/v1/numbers/update?phone_number=%00', 422, ['query.phone_number']],
      ['GET', '/v1/%zz', 400, 'text'],
      ['POST', '/carriers/twilio/answer/%zz', 400, 'text'],
      ['POST', `/carriers/twilio/answer/${'a'.repeat(5_000)}`, 404, 'text'],
      ['GET', `/v1/agents?id=${'a'.repeat(30_000)}`, 431, 'text'],
      ['PUT', '/v1/agents', 405, 'text'],
      ['OPTIONS', '/v1/agents', 405, 'text'],
      ['POST', '/v1/agents/', 405, 'text'],
      ['DELETE', '/v1/nothing', 404, 'text'],
    ];

    it.each(rows.map((row) => [`${row[0]} ${row[1].slice(0, 60)}`, ...row] as const))(
      '%s is refused',
      async (_, method, path, status, fields) => {
        expect(await refusal(system.send(method, path))).toEqual([status, fields]);
      },
    );

    it('a method that its path does not have is told those that it has', async () => {
      const response = await system.send('HEAD', `/v1/agents?id=${newId()}`);
      expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
        405,
        'GET',
        '',
      ]);
    });
  });

  describe('on the wire', () => {
    it('what is not HTTP gets an answer that is', async () => {
      for (const bytes of ['GARBAGE\r\n\r\n', 'POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: y\r\n\r\n']) {
        expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n{"detail":".*"}$/);
      }
    });

    it('a body that came with a GET is not the next request', async () => {
      const first = 'GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello';
      const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      expect((await raw(first + last)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    });

    it('a body that came compressed is refused as what it is', async () => {
      const packed = { 'content-encoding': 'gzip' };
      const prompt = JSON.stringify({ content: 'x' });
      expect(await refusal(system.send('POST', '/v1/prompts/create', prompt, packed))).toEqual([415, 'text']);
      const plain = { 'content-encoding': 'Identity' };
      expect((await system.send('POST', '/v1/prompts/create', prompt, plain)).status).toBe(200);
    });

    it('a refusal leaves the connection in use', async () => {
      const first = 'POST /v1/actions/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
      const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      const answers = await raw(first + last);
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
      expect(answers).toMatch(/www-authenticate: Bearer/i);
    });
  });

  describe('at the carrier’s door', () => {
    const path = '/carriers/twilio/inbound';

    it.each([
      ['a number in an object', '{"a":1}'],
      ['an object in an object', '{"a":{"b":1}}'],
      ['a list', '[1]'],
      ['a text', '"x"'],
      ['a number', '5'],
      ['a deep list', `{"a":${'['.repeat(60)}${']'.repeat(60)}}`],
      ['nothing', null],
    ])('%s is as good as unsigned', async (_, body) => {
      const headers = { 'x-twilio-signature': 'x', 'content-type': 'application/json' };
      const before = system.asked.length;
      expect(await refusal(system.send('POST', path, body, headers))).toEqual([403, 'text']);
      expect(system.asked).toHaveLength(before);
    });

    it('the signature is for the public address, path and all', async () => {
      const params = { CallSid: 'CA1', To: '+14155552671' };
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': getExpectedTwilioSignature(twilioToken, publicUrl + path, params),
      };
      const response = await system.send('POST', path, new URLSearchParams(params).toString(), headers);
      expect([response.status, await response.text()]).toEqual([200, '<Response/>']);
    });
  });

  it('of any kind get no 5xx, and every refusal in the documented shape', async () => {
    const known = fc.constantFrom(
      ...['type', 'config', 'phone_number', 'prompt', 'voice', 'actions', 'webhook', 'url', 'subscriptions'],
      ...['voice_name', 'voice_id', 'inbound_agent', 'agent', 'from_number', 'to_number', 'context', 'label'],
      ...['name', 'action_trigger', 'api_key', 'example_context', 'content', 'collect_fields', 'area_code'],
      ...['deepgram_keywords', 'idle_time_seconds', 'method', '__proto__', 'constructor'],
    );
    const word = fc.constantFrom(
      ...[
        'voice_azure',
        'voice_eleven_labs',
        'action_dtmf',
        'action_transfer_call',
        'action_end_conversation',
      ],
      ...[
        '14155552671',
        '+1',
        '',
        '\0',
        '\ud800',
        '1e999',
        'default',
        'https://example.com',
        'event_message',
      ],
      newId(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        word,
        fc.string({ unit: 'binary' }),
        fc.double(),
        fc.integer(),
        fc.constantFrom(null, true, {}, [], Number.MAX_VALUE),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(known, fc.string()), tie('value'), { maxKeys: 6 }),
      ),
    }));
    const mostly = (usual: unknown, any: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: any });
    const wholeAgent = fc.record(
      {
        prompt: mostly('x', value),
        voice: mostly(agent.voice, value),
        actions: mostly([{ type: 'action_dtmf' }], value),
        webhook: mostly({ url: 'https://example.com', subscriptions: [] }, value),
        initial_message: mostly('é', fc.string({ unit: 'binary' })),
        deepgram_keywords: mostly({ a: 1 }, fc.dictionary(fc.string({ unit: 'binary' }), fc.double())),
        name: fc.string({ unit: 'binary' }),
      },
      { requiredKeys: ['prompt', 'voice'] },
    );
    const json = <T>(of: fc.Arbitrary<T>) => of.map((any) => JSON.stringify(any));
    const body = fc.oneof(json(fc.dictionary(known, value, { maxKeys: 8 })), fc.string({ unit: 'binary' }));
    const query = fc.oneof(
      fc.constant(''),
      fc.uuid().map((any) => `?id=${any}`),
      fc.webQueryParameters().map((any) => `?${any}&id=${any}&phone_number=${any}`),
    );
    const call = fc.record(
      { agent: wholeAgent, context: value, from_number: word, to_number: word },
      { requiredKeys: ['agent'] },
    );
    const to = (path: string) => fc.constant<[string, string]>(['POST', path]);
    const update = fc.record({ inbound_agent: wholeAgent, label: value }, { requiredKeys: [] });
    const request = fc.oneof(
      fc.tuple(fc.constantFrom(...routes), query, body),
      fc.tuple(to('/v1/agents/create'), query, json(wholeAgent)),
      fc.tuple(to('/v1/numbers/update'), fc.constant(`?phone_number=${number}`), json(update)),
      fc.tuple(to('/v1/numbers/buy'), query, json(fc.record({ inbound_agent: wholeAgent }))),
      fc.tuple(
        to('/v1/calls/create'),
        query,
        json(call.map((any) => ({ from_number: number, to_number: number, ...any }))),
      ),
    );
    const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain');
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, type, async ([[method, path], asked, sent], mediaType) => {
        const response = await (method === 'GET'
          ? system.send('GET', path + asked)
          : system.send('POST', path + asked, sent, { 'content-type': mediaType }));
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        expect(response.status).toBeLessThan(500);
        if (response.status === 200) await response.json();
        else await refusal(Promise.resolve(response));
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
    // Were all of them refused at the first look, nothing would have been tried.
    expect(statuses.get(200)).toBeGreaterThan(20);
    expect(statuses.get(422)).toBeGreaterThan(50);
  }, 60_000);
});
