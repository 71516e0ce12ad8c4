import 'reflect-metadata';
import {
  AskContract,
  authenticate,
  agentAsks,
  actionAsks,
  buyNumber,
  Call,
  call as callShape,
  carrierWebhook,
  defaultAgentParams,
  getCall,
  PhoneNumber,
  placeCall,
  voiceAsks,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskServer, closeNats, connectNats } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { newApiKey } from '@parley/secrets';
import { testNats } from '@parley/testing';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { NatsConnection } from 'nats';
import type { z } from 'zod';
import { startGateway } from './gateway';
import { gatewaySettings } from './settings';

const userId = newId();
const key = newApiKey();
const origin = 'https://parley.example.com';
const token = 'twilio-token';

/** The services behind the gateway, as far as a test needs them. */
class Behind {
  readonly asked: { subject: string; request: unknown }[] = [];

  constructor(private readonly server: AskServer) {}

  answers<Req extends z.ZodType, Res extends z.ZodType>(
    contract: AskContract<Req, Res>,
    reply: (request: z.output<Req>) => z.input<Res>,
  ): void {
    this.server.answer(contract, (request) => {
      this.asked.push({ subject: contract.subject, request });
      return reply(request);
    });
  }
}

describe('gateway', () => {
  const logger = createLogger({ service: 'gateway-spec', level: 'fatal' });
  const closers: (() => unknown)[] = [];
  let nats: NatsConnection;
  let behind: Behind;
  let baseUrl: string;

  beforeAll(async () => {
    const natsServer = await testNats();
    closers.push(() => natsServer.close());
    nats = await connectNats({ url: natsServer.url, name: 'behind', logger });
    const server = new AskServer({ nats, service: 'behind', logger });
    behind = new Behind(server);
    behind.answers(authenticate, ({ key_id, key_hash }) => {
      if (key_id !== key.id || key_hash !== key.hash)
        throw new AppError('unauthenticated', 'KEY.REFUSED', 'no');
      return {
        key_id,
        user_id: userId,
        name: 'test',
        scopes: ['read' as const, 'write' as const],
        profile: 'latest' as const,
        limits: { requests_per_minute: null },
        expires_at: null,
      };
    });
    behind.answers(actionAsks.create, ({ id, params }) => ({ ...params, id, user_id: userId }));
    behind.answers(actionAsks.get, () => {
      throw new AppError('not_found', 'ACTION.NOT_FOUND', 'Action not found');
    });
    behind.answers(voiceAsks.create, ({ id, params }) => ({ ...params, id, user_id: userId }));
    behind.answers(agentAsks.create, ({ id }) => storedAgent(id));
    behind.answers(buyNumber, ({ number_id }) => boughtNumber(number_id));
    behind.answers(placeCall, (request) => placedCall(request));
    behind.answers(getCall, () => {
      throw new Error('a bug with a secret in it');
    });
    behind.answers(carrierWebhook, ({ kind }) => ({ twiml: kind === 'status' ? null : '<Response/>' }));
    await server.start();
    closers.push(
      () => closeNats(nats),
      () => server.close(),
    );

    const settings = loadSettings(gatewaySettings, {
      NATS_URL: natsServer.url,
      PUBLIC_URL: origin,
      SECRETS_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      TWILIO_AUTH_TOKEN: token,
      RATE_LIMIT_PER_KEY_PER_MINUTE: '0',
      RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0',
      LOG_LEVEL: 'fatal',
    });
    const { port } = await startGateway({
      settings,
      logger,
      onClose: (_, close) => void closers.push(close),
    });
    baseUrl = `http://127.0.0.1:${port}`;
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  beforeEach(() => void (behind.asked.length = 0));

  const post = (path: string, body: string | null, headers: Record<string, string> = {}) =>
    fetch(baseUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, ...headers },
      body,
    });
  const json = (body: unknown) => JSON.stringify(body);

  describe('keys', () => {
    it.each([
      ['none', undefined],
      ['another scheme', `Basic ${key.key}`],
      ['no key at all', 'Bearer nonsense'],
      ['an unknown key', `Bearer ${newApiKey().key}`],
      [
        'the right id with a wrong secret',
        `Bearer ${key.key.slice(0, -1)}${key.key.endsWith('a') ? 'b' : 'a'}`,
      ],
    ])('refuses %s with 401 in JSON', async (_, authorization) => {
      const response = await fetch(`${baseUrl}/v1/actions/create`, {
        method: 'POST',
        headers: { ...(authorization !== undefined && { authorization }) },
        body: json({ type: 'action_dtmf' }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ detail: expect.any(String) });
      expect(behind.asked.map(({ subject }) => subject)).not.toContain(actionAsks.create.subject);
    });
  });

  describe('resources', () => {
    it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain'])(
      'take JSON sent as %s',
      async (type) => {
        const response = await post('/v1/actions/create', json({ type: 'action_end_conversation' }), {
          'content-type': type,
        });
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({
          user_id: userId,
          type: 'action_end_conversation',
          config: {},
          action_trigger: { type: 'action_trigger_function_call', config: {} },
        });
      },
    );

    it('show numbers as digits', async () => {
      const body = json({ type: 'action_transfer_call', config: { phone_number: '+1 123 456 7890' } });
      expect(await (await post('/v1/actions/create/', body)).json()).toMatchObject({
        config: { phone_number: '11234567890' },
      });
    });

    it('send no secret in the clear, and show a mask of it', async () => {
      const body = json({ type: 'voice_eleven_labs', voice_id: 'v', api_key: 'canary-secret' });
      const shown = await (await post('/v1/voices/create', body)).json();
      expect(shown).toMatchObject({ api_key: '************' });
      expect(JSON.stringify(behind.asked)).not.toContain('canary-secret');
    });

    it('answer an unknown id with 404', async () => {
      const response = await fetch(`${baseUrl}/v1/actions?id=${newId()}`, {
        headers: { authorization: `Bearer ${key.key}` },
      });
      expect([response.status, await response.json()]).toEqual([404, { detail: 'Action not found' }]);
    });

    it.each([
      ['/v1/actions/create', { type: 'action_transfer_call' }, ['body', 'config']],
      ['/v1/actions/create', {}, ['body', 'type']],
      [
        '/v1/actions/create',
        { type: 'action_transfer_call', config: { phone_number: '1' } },
        ['body', 'config', 'phone_number'],
      ],
      ['/v1/agents/create', { prompt: 'x' }, ['body', 'voice']],
      ['/v1/calls/create', { to_number: '1', agent: newId() }, ['body', 'from_number']],
      ['/v1/webhooks/create', { url: 'ftp://x', subscriptions: [] }, ['body', 'url']],
      ['/v1/numbers/update', {}, ['query', 'phone_number']],
    ])('answer a wrong body for %s with 422 that names the field', async (path, body, loc) => {
      const response = await post(path, json(body));
      expect(response.status).toBe(422);
      const { detail } = (await response.json()) as {
        detail: { loc: string[]; msg: string; type: string }[];
      };
      expect(detail.map((issue) => issue.loc)).toContainEqual(loc);
    });

    it('answer broken JSON with 422, an oversized body with 413', async () => {
      expect(
        (await post('/v1/actions/create', '{"type":', { 'content-type': 'application/json' })).status,
      ).toBe(422);
      expect((await post('/v1/actions/create', 'x'.repeat(600 * 1024))).status).toBe(413);
    });

    it('answer an unknown route with 404 in JSON', async () => {
      const response = await post('/v1/nothing/create', json({}));
      expect([response.status, await response.json()]).toEqual([404, { detail: expect.any(String) }]);
    });
  });

  describe('numbers', () => {
    it.each([
      ['an empty form', '', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['null', 'null', { 'content-type': 'application/json' }],
      ['{}', '{}', { 'content-type': 'application/json' }],
      ['nothing', null, {}],
    ])('are bought with %s as the body, and come with the default agent', async (_, body, headers) => {
      const response = await post('/v1/numbers/buy', body, headers);
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ number: '14155550100' }),
      ]);
      expect(behind.asked.at(-1)?.request).toMatchObject({
        inbound_agent: { params: { initial_message: defaultAgentParams.initial_message } },
      });
    });
  });

  describe('calls', () => {
    it('are placed with numbers in whatever form, and shown as a Vocode client reads them', async () => {
      const response = await post(
        '/v1/calls/create',
        json({ from_number: 14155550100, to_number: '+1 (415) 555-2671', agent: newId() }),
      );
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        status: 'not_started',
        to_number: '14155552671',
        agent_phone_number: '14155550100',
        telephony_provider: 'twilio',
        start_time: null,
      });
      expect(behind.asked.at(-1)?.request).toMatchObject({
        to_number: '+14155552671',
        from_number: '+14155550100',
      });
    });

    it('use one command for one Idempotency-Key, and fresh ones without', async () => {
      const body = json({ from_number: '14155550100', to_number: '14155552671', agent: newId() });
      for (const headers of [{ 'idempotency-key': 'a' }, { 'idempotency-key': 'a' }, {}, {}]) {
        await post('/v1/calls/create', body, headers);
      }
      const commands = behind.asked
        .filter(({ subject }) => subject === placeCall.subject)
        .map(({ request }) => (request as { command_id: string }).command_id);
      expect(commands[0]).toBe(commands[1]);
      expect(new Set(commands).size).toBe(3);
    });

    it('hide what went wrong inside', async () => {
      const response = await fetch(`${baseUrl}/v1/calls?id=${newId()}`, {
        headers: { authorization: `Bearer ${key.key}` },
      });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('secret');
    });

    it('answer 503 when nobody is behind', async () => {
      const response = await post(`/v1/calls/end?id=${newId()}`, null);
      expect([response.status, await response.json()]).toEqual([503, { detail: expect.any(String) }]);
    });
  });

  describe('carrier webhooks', () => {
    const params = { CallSid: 'CA1', CallStatus: 'ringing', To: '+14155552671' };
    const send = (path: string, signature?: string) =>
      fetch(baseUrl + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(signature !== undefined && { 'x-twilio-signature': signature }),
        },
        body: new URLSearchParams(params),
      });
    const sign = (path: string, authToken = token) =>
      getExpectedTwilioSignature(authToken, origin + path, params);

    it('reach call-control when they are signed for the public address', async () => {
      const path = `/carriers/twilio/answer/${newId()}?a=1`;
      const response = await send(path, sign(path));
      expect([response.status, await response.text()]).toEqual([200, '<Response/>']);
      expect(response.headers.get('content-type')).toContain('text/xml');
      expect(behind.asked.at(-1)?.request).toMatchObject({ kind: 'answer', params });
    });

    it('get an empty answer where none is due', async () => {
      const path = `/carriers/twilio/status/${newId()}`;
      expect((await send(path, sign(path))).status).toBe(204);
    });

    it.each([
      ['no signature', () => undefined],
      ['a signature by another token', (path: string) => sign(path, 'other')],
      ['a signature for another path', () => sign('/carriers/twilio/inbound')],
    ])('are refused with 403 with %s, and nobody is asked', async (_, signature) => {
      const path = `/carriers/twilio/status/${newId()}`;
      expect((await send(path, signature(path))).status).toBe(403);
      expect(behind.asked).toEqual([]);
    });

    it('of an unknown kind are not found', async () => {
      const path = `/carriers/twilio/other/${newId()}`;
      expect((await send(path, sign(path))).status).toBe(404);
    });
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${baseUrl}/readyz`)).status).toBe(200);
  });
});

function storedAgent(id: string): Call['agent'] {
  return {
    ...defaultAgentParams,
    id,
    user_id: userId,
    prompt: {
      content: 'x',
      collect_fields: null,
      context_endpoint: null,
      prompt_template: null,
      id: newId(),
      user_id: userId,
    },
    voice: { type: 'voice_azure', voice_name: 'x', pitch: 0, rate: 15, id: newId(), user_id: userId },
    actions: [],
    webhook: null,
    vector_database: null,
    openai_account_connection: null,
  };
}

function boughtNumber(id: string): PhoneNumber {
  return {
    id,
    user_id: userId,
    number: '+14155550100',
    active: true,
    label: '',
    inbound_agent: storedAgent(newId()),
    outbound_only: false,
    example_context: null,
    telephony_provider: 'twilio',
    carrier_number_id: 'PN1',
    telephony_account_connection: null,
    origin: 'bought',
  };
}

function placedCall(request: z.output<typeof placeCall.request>): Call {
  const nothing = Object.fromEntries(Object.keys(callShape.shape).map((name) => [name, null]));
  return {
    ...(nothing as unknown as Call),
    id: request.call_id,
    user_id: userId,
    status: 'not_started',
    recording_available: false,
    direction: 'outbound',
    to_number: request.to_number,
    from_number: request.from_number,
    agent_phone_number: request.from_number,
    agent: storedAgent(newId()),
    telephony_provider: 'twilio',
    hipaa_compliant: false,
  };
}
