import 'reflect-metadata';
import { CarrierWebhook, carrierWebhook, getSigningToken } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskServer, closeNats, connectNats } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import { testNats } from '@parley/testing';
import { getExpectedTwilioSignature } from 'twilio';
import { startGateway } from '../gateway';
import { gatewaySettings } from '../settings';

const logger = createLogger({ service: 'gateway-spec', level: 'fatal' });
const origin = 'https://parley.example.com';
const keys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const userId = newId();
const [connectionId, otherConnectionId] = [newId(), newId()];
const tokens: Record<string, string> = { [connectionId]: 'theirs', [otherConnectionId]: 'their other' };
const params = { CallSid: 'CA1', CallStatus: 'ringing', To: '+14155552671' };
const asked: CarrierWebhook[] = [];
const closers: (() => unknown)[] = [];
let baseUrl: string;

beforeAll(async () => {
  const natsServer = await testNats();
  closers.push(() => natsServer.close());
  const nats = await connectNats({ url: natsServer.url, name: 'behind', logger });
  closers.push(() => closeNats(nats));
  const server = new AskServer({ nats, service: 'behind', logger });
  server.answer(getSigningToken, ({ user_id, id }) => {
    const token = user_id === userId ? tokens[id] : undefined;
    if (token === undefined) throw new AppError('not_found', 'ACCOUNT_CONNECTION.NOT_FOUND', 'no');
    const binding = { userId, resource: 'account_connections', id, field: 'twilio_auth_token' };
    const sealed = SecretBox.fromKeys(keys).seal(token, binding);
    return { twilio_account_sid: 'AC1', twilio_auth_token: sealed, version: 1 };
  });
  server.answer(carrierWebhook, (request) => {
    asked.push(request);
    return { twiml: '<Response/>' };
  });
  await server.start();
  closers.push(() => server.close());
  const settings = loadSettings(gatewaySettings, {
    NATS_URL: natsServer.url,
    PUBLIC_URL: origin,
    SECRETS_KEYS: keys,
    TWILIO_AUTH_TOKEN: 'the deployment’s',
    LOG_LEVEL: 'fatal',
  });
  const onClose = (_: string, close: () => unknown) => void closers.push(close);
  baseUrl = `http://127.0.0.1:${(await startGateway({ settings, logger, onClose })).port}`;
});

beforeEach(() => void asked.splice(0));

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const path = (rest: string, connection = connectionId, user = userId) =>
  `/carriers/twilio/accounts/${user}/${connection}/${rest}`;
const send = async (to: string, token: string) => {
  const signature = getExpectedTwilioSignature(token, origin + to, params);
  const response = await fetch(baseUrl + to, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body: new URLSearchParams(params),
  });
  return { status: response.status, body: await response.text() };
};

describe('requests of a user’s own account', () => {
  it.each(['inbound', 'inbound-status'])('%s reach call-control under its name', async (kind) => {
    expect(await send(path(kind), 'theirs')).toEqual({ status: 200, body: '<Response/>' });
    expect(asked).toMatchObject([
      { kind, call_id: null, account: { user_id: userId, connection_id: connectionId }, params },
    ]);
  });

  it.each(['answer', 'status', 'connect-ended', 'dial-ended'])('%s reach the call', async (kind) => {
    const callId = newId();
    expect((await send(path(`${kind}/${callId}`), 'theirs')).status).toBe(200);
    expect(asked).toMatchObject([{ kind, call_id: callId, account: { connection_id: connectionId } }]);
  });

  it('are refused alike with another token and for an unknown account, and nobody is asked', async () => {
    const answer = `answer/${newId()}`;
    const answers = [
      await send(path(answer), 'their other'),
      await send(path(answer), 'the deployment’s'),
      await send(path('inbound', otherConnectionId), 'theirs'),
      await send(path('inbound', newId()), 'theirs'),
      await send(path('inbound', connectionId, newId()), 'theirs'),
      await send(`/carriers/twilio/${answer}`, 'theirs'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(asked).toEqual([]);
  });

  it('of an unknown kind, or with ids that are none, are not found', async () => {
    const kinds = [path('answer'), path(`inbound/${newId()}`), path('inbound', 'x'), path('answer/x')];
    for (const to of kinds) expect((await send(to, 'theirs')).status).toBe(404);
  });
});
