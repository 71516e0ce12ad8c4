import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, FRAME_BYTES } from '@parley/audio';
import { createLogger, loadSettings } from '@parley/observability';
import { eventually } from '@parley/testing';
import type { JournalLine } from './journal';
import { Sandbox } from './sandbox';
import type { SandboxPorts } from './sandbox';
import { sandboxSettings } from './settings';
import { SmallProduct } from './testing/small-product';
import { createVoice } from './voice';

const AUTH_TOKEN = 'secret-token';
const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
const OWN_NUMBER = '+16285550100';
const script = {
  callers: {
    '+14155550163': {
      name: 'Ben',
      steps: [
        { waitFor: 'agent_finished' },
        { say: 'what time is it' },
        { waitFor: { word: 'noon' } },
        { hangUp: true },
      ],
    },
  },
};

let dir: string;
let sandbox: Sandbox;
let ports: SandboxPorts;
const product = new SmallProduct(AUTH_TOKEN);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-sandbox-'));
  writeFileSync(join(dir, 'script.json'), JSON.stringify(script));
  const settings = loadSettings(sandboxSettings, {
    SANDBOX_DIR: dir,
    SANDBOX_SCRIPT: join(dir, 'script.json'),
    SANDBOX_NUMBERS: OWN_NUMBER,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  });
  sandbox = new Sandbox(settings, createLogger({ service: 'sandbox', level: 'silent' }));
  ports = await sandbox.start();
  await product.start();
});
afterAll(async () => {
  await sandbox.close();
  await product.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  product.sockets.length = 0;
  await control('POST', '/faults', {});
});

async function control(method: string, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${ports.control}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as never };
}

const journal = async (name: string, after = 0) =>
  (await control('GET', `/journals/${name}?after=${after}`)).body as unknown as JournalLine[];

/** Points the account's number at the small product, which connects every call to its media socket. */
async function pointNumber(): Promise<void> {
  const base = `http://127.0.0.1:${ports.twilio}/2010-04-01/Accounts/${ACCOUNT_SID}/IncomingPhoneNumbers`;
  const authorization = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;
  const listed = (await (await fetch(`${base}.json`, { headers: { authorization } })).json()) as {
    incoming_phone_numbers: { sid: string }[];
  };
  await fetch(`${base}/${listed.incoming_phone_numbers[0]!.sid}.json`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ VoiceUrl: `${product.url}/inbound` }).toString(),
  });
  product.documents['/inbound'] =
    `<Response><Connect><Stream url="${product.mediaUrl}/media"/></Connect></Response>`;
}

/** Speaks to the person on the product's newest media socket. */
async function speak(text: string): Promise<void> {
  const { socket, streamSid } = await eventually(() => {
    const taken = product.sockets.at(-1);
    const start = taken?.messages.find(({ event }) => event === 'start');
    if (!taken || !start) throw new Error('no stream yet');
    return { socket: taken.socket, streamSid: start['streamSid'] };
  });
  const mulaw = encodeMulaw((await createVoice().speak(text)).samples);
  for (let at = 0; at < mulaw.length; at += FRAME_BYTES) {
    const payload = Buffer.from(mulaw.subarray(at, at + FRAME_BYTES)).toString('base64');
    socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload } }));
  }
}

it('has all roles on ports of their own', async () => {
  expect(new Set(Object.values(ports)).size).toBe(8);
  expect(await control('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok', ports } });
  expect((await journal('model'))[0]).toMatchObject({ seq: 1, kind: 'started' });
  const file = readFileSync(join(dir, 'journals', 'model.jsonl'), 'utf8');
  expect(file).toContain('not a language model');
});

it('has a person dial a number, hear every word, answer, and hang up', async () => {
  await pointNumber();
  const order = await control('POST', '/calls/inbound', { to: OWN_NUMBER, caller: 'Ben' });
  expect(order).toMatchObject({ status: 201, body: { callSid: expect.stringMatching(/^CA/) } });
  const { callSid } = order.body as { callSid: string };
  await speak('good day parley restaurant');
  await eventually(async () =>
    expect(await journal('caller')).toContainEqual(expect.objectContaining({ kind: 'said' })),
  );
  await speak('it is noon');
  const lines = await eventually(async () => {
    const all = await journal('caller');
    expect(all.some(({ kind }) => kind === 'line_closed')).toBe(true);
    return all;
  });
  expect(lines.every((line) => line['callSid'] === callSid)).toBe(true);
  expect(lines.find(({ kind }) => kind === 'line_closed')).toMatchObject({
    heardWords: ['good', 'day', 'parley', 'restaurant', 'it', 'is', 'noon'],
  });
  expect(lines.filter(({ kind }) => kind === 'heard_damaged')).toHaveLength(0);
  expect(lines.find(({ kind }) => kind === 'turn')).toMatchObject({ firstWord: 'it' });
  expect(await journal('carrier')).toContainEqual(
    expect.objectContaining({ kind: 'call_ended', endedBy: 'person', callSid }),
  );
  expect((await control('GET', '/calls')).body).toMatchObject([{ sid: callSid, status: 'completed' }]);
}, 20_000);

it('lets the person hear it when frames are swapped on their way', async () => {
  await pointNumber();
  await control('POST', '/faults', { carrier: { swapFrames: { value: 3 } } });
  const [last] = (await journal('caller')).slice(-1);
  await control('POST', '/calls/inbound', { to: OWN_NUMBER, caller: 'Ben' });
  await speak('good day parley restaurant');
  await eventually(async () => {
    const kinds = (await journal('caller', last?.seq)).map(({ kind }) => kind);
    expect(kinds).toContain('heard_damaged');
  });
}, 20_000);

it('receives webhooks, and answers as faults have it', async () => {
  await control('POST', '/faults', { receiver: { status: { value: 503, times: 1 } } });
  const send = (headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${ports.receiver}/hook?x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ type: 'event_message', call_id: 'c', sequence: 1 }),
    });
  expect((await send()).status).toBe(503);
  expect((await send()).status).toBe(200);
  expect((await send({ 'webhook-id': 'other' })).status).toBe(200);
  const lines = await journal('receiver');
  expect(lines).toMatchObject([
    { path: '/hook?x=1', method: 'POST', attempt: 1, status: 503, fault: 'status' },
    { body: { type: 'event_message', sequence: 1 }, attempt: 2, status: 200, fault: null },
    { attempt: 1, headers: { 'webhook-id': 'other' } },
  ]);
  await control('POST', '/faults', { receiver: { lose: { times: 1 } } });
  expect((await send()).status).toBe(200);
  expect(await journal('receiver')).toHaveLength(3);
});

it.each([
  ['POST', '/calls/inbound', { to: OWN_NUMBER }, 422],
  ['POST', '/calls/inbound', { to: OWN_NUMBER, caller: 'Nobody' }, 404],
  ['POST', '/calls/inbound', { to: '+14155550000', caller: 'Ben' }, 409],
  ['POST', '/faults', { carrier: { explode: true } }, 422],
  ['POST', '/script', { callers: 1 }, 422],
  ['GET', '/journals/nobody', undefined, 404],
  ['DELETE', '/journals/model', undefined, 404],
])('%s %s %j is refused with %i', async (method, path, body, status) => {
  expect((await control(method, path, body)).status).toBe(status);
});
