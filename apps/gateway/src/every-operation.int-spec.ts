import { runInNewContext } from 'node:vm';
import { keyProfile, openApiDocument, operations } from '@parley/contracts';
import type { KeyProfile } from '@parley/contracts';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { publicUrl, SmallSystem, startSmallSystem } from './testing/small-system';

type Json = Record<string, unknown>;
interface Made {
  readonly id: string;
  readonly number: string;
}

/** The SDK version by which each vintage is asked for. */
const sdkOf: Record<KeyProfile, string> = {
  latest: '0.0.46',
  'sdk-0.0.22': '0.0.22',
  'sdk-0.0.15': '0.0.15',
  seed: '0.0.4',
};

const externalAction = {
  type: 'action_external',
  config: {
    name: 'book',
    description: 'Books a table.',
    url: 'https://example.com/book',
    input_schema: { type: 'object', properties: {} },
    speak_on_send: true,
    speak_on_receive: 'false',
  },
};
const webhook = { url: 'https://example.com/hook', subscriptions: ['event_message'] };
const database = {
  type: 'vector_database_pinecone',
  index: 'i',
  api_key: 'pinecone-0123456789',
  api_environment: 'e',
};
const elevenLabs = { type: 'voice_eleven_labs', voice_id: 'v', api_key: 'xi-0123456789abcdef' };
const twilio = {
  type: 'account_connection_twilio',
  credentials: { twilio_account_sid: 'AC1', twilio_auth_token: '0123456789abcdef' },
  steering_pool: ['14155550177'],
};
const openAi = {
  type: 'account_connection_openai',
  credentials: { openai_api_key: 'sk-0123456789abcdef' },
};

describe.each(keyProfile.options)('every operation in the vintage %s', (profile) => {
  const document = openApiDocument(profile, publicUrl) as { paths: Record<string, Record<string, Json>> };
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  addFormats(ajv);
  ajv.addFormat('http-url', true).addFormat('phone-number', true);
  ajv.addSchema({ ...document, $id: 'document' });

  let system: SmallSystem;
  const answered = new Set<string>();

  beforeAll(async () => {
    system = await startSmallSystem();
  });
  afterAll(() => system.close());

  /** What is answered, held to the document of the vintage. */
  async function call(operationId: string, query = '', body?: unknown): Promise<Made> {
    const operation = operations.find((one) => one.operationId === operationId);
    if (!operation) throw new Error(`no operation ${operationId}`);
    const response = await system.send(
      operation.method,
      operation.path + query,
      body === undefined ? null : JSON.stringify(body),
      { 'x-fern-sdk-version': sdkOf[profile] },
    );
    const answer = (await response.json()) as Made;
    expect([operationId, response.status, response.status === 200 ? null : answer]).toEqual([
      operationId,
      200,
      null,
    ]);
    const path = ['paths', operation.path, operation.method.toLowerCase(), 'responses', '200', 'content']
      .concat('application/json', 'schema')
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `document#/${path}` });
    expect([operationId, validate(answer), validate.errors]).toEqual([operationId, true, null]);
    answered.add(operationId);
    return answer;
  }

  const all = async (one: string, many: string, { made, patch }: { made: unknown; patch: unknown }) => {
    const { id } = await call(`create_${one}`, '', made);
    await call(`update_${one}`, `?id=${id}`, patch);
    await call(`get_${one}`, `?id=${id}`);
    await call(`list_${many}`, '?size=3');
    return id;
  };

  it('is answered as its document says', async () => {
    await all('action', 'actions', { made: externalAction, patch: externalAction });
    await all('voice', 'voices', { made: elevenLabs, patch: { ...elevenLabs, api_key: '************cdef' } });
    const hook = await all('webhook', 'webhooks', { made: webhook, patch: { method: 'GET' } });
    const prompt = await all('prompt', 'prompts', { made: 'Be kind.', patch: { content: 'Be kinder.' } });
    await all('vector_database', 'vector_databases', {
      made: database,
      patch: { type: database.type, index: 'j' },
    });
    const connection = await all('account_connection', 'account_connections', {
      made: twilio,
      patch: { type: twilio.type },
    });
    await call('create_account_connection', '', openAi);
    await call('add_to_steering_pool', `?id=${connection}`, { phone_number: 14155550178 });
    await call('remove_from_steering_pool', `?id=${connection}`, { phone_number: '+1 415 555 0178' });

    const agent = await all('agent', 'agents', {
      made: {
        prompt,
        webhook: hook,
        voice: elevenLabs,
        vector_database: database,
        actions: [externalAction],
      },
      patch: { voice: { type: 'voice_eleven_labs', api_key: 'xi-other-key-of-mine' }, name: 'Ann' },
    });
    const { number } = await call('buy_number');
    const ofNumber = `?phone_number=${number}`;
    await call('update_number', ofNumber, { inbound_agent: agent, label: 'front desk' });
    await call('get_number', ofNumber);
    await call('list_numbers');
    await call('link_number', '', {
      phone_number: '14155550111',
      telephony_account_connection: connection,
      inbound_agent: null,
    });
    await call('cancel_number', ofNumber);

    const { id } = await call('create_call', '', {
      from_number: number,
      to_number: '14155552671',
      agent,
      metadata: { order: '7' },
    });
    await call('get_call', `?id=${id}`);
    await call('get_call_by_name', `?id=${id}`);
    await call('list_calls');
    await call('end_call', `?id=${id}`);
    await call('get_usage');

    const missing = operations.filter(({ operationId }) => !answered.has(operationId));
    expect(missing.map(({ operationId }) => operationId)).toEqual([
      'get_recording',
      'get_recording_by_path',
      'metrics_metrics_get',
    ]);
  });

  it('has no recording of a call yet, by either address', async () => {
    const agent = { prompt: 'x', voice: { type: 'voice_vocode', voice_id: 'joe' } };
    const { id } = await call('create_call', '', {
      from_number: '14155550100',
      to_number: '14155552671',
      agent,
    });
    for (const path of [`/v1/calls/recording?id=${id}`, `/v1/calls/recording/${id}`]) {
      const response = await system.send('GET', path);
      expect([response.status, await response.json()]).toEqual([404, { detail: 'Recording not available' }]);
    }
  });
});

describe('a deployment that reveals secrets', () => {
  it.each([
    ['false', '************cdef'],
    ['true', 'xi-0123456789abcdef'],
  ])('when REVEAL_SECRETS is %s, a key is shown as %s', async (REVEAL_SECRETS, shown) => {
    const system = await startSmallSystem({ REVEAL_SECRETS });
    try {
      const made = await system.send('POST', '/v1/voices/create', JSON.stringify(elevenLabs));
      expect(await made.json()).toMatchObject({ api_key: shown });
    } finally {
      await system.close();
    }
  });
});

describe('beside the operations', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await startSmallSystem();
  });
  afterAll(() => system.close());
  const get = (path: string) => fetch(system.baseUrl + path);

  it('the documents are served without a key', async () => {
    const latest = (await (await get('/openapi.json')).json()) as Json;
    expect(latest).toEqual(JSON.parse(JSON.stringify(openApiDocument('latest', publicUrl))));
    const seed = (await (await get('/openapi.json?profile=seed')).json()) as Json;
    expect(seed).toEqual(JSON.parse(JSON.stringify(openApiDocument('seed', publicUrl))));
    expect((await get('/openapi.json?profile=other')).status).toBe(422);
  });

  it('the page for browsing them loads nothing from elsewhere', async () => {
    const page = await get('/docs');
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links).toHaveLength(3);
    for (const link of links) {
      expect(link).toMatch(/^\/phone\/docs\//);
      expect((await get(link.replace('/phone', ''))).status).toBe(200);
    }
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self';.*connect-src 'self';/,
    );
    expect((await get('/docs/package.json')).status).toBe(404);
    expect((await get('/docs/..%2fpackage.json')).status).toBe(404);
  });

  it('what is tried on that page goes to where the page is, under whatever name that was reached', async () => {
    const script = await (await get('/docs/start.js')).text();
    const drawn = new Promise<Json>((draw) => {
      runInNewContext(script, {
        URL,
        document: { body: { dataset: { document: '/phone/openapi.json' } } },
        location: { href: 'http://localhost:8080/phone/docs' },
        fetch: (path: string) => get(path.replace('/phone', '')),
        SwaggerUIBundle: draw,
      });
    });
    expect((await drawn).spec).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: 'http://localhost:8080/phone' }],
    });
  });

  it('the metrics count requests by their routes', async () => {
    await system.send('GET', '/v1/agents?id=canary');
    await get('/canary');
    const response = await get('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /http_request_duration_seconds_count{method="GET",route="\/v1\/agents",status="422"} 1/,
    );
    expect(text).toMatch(/http_request_duration_seconds_count{method="any",route="none",status="404"} 1/);
    expect(text).not.toContain('canary');
  });
});
