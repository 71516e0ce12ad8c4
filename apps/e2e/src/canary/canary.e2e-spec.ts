import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newId } from '@parley/kernel';
import type { ApiAnswer } from '../api/api-client';
import { carrierAccount } from '../api/carrier-account';
import { Tenant, Tenants } from '../api/tenants';
import { DatabaseRows } from '../isolation/database-rows';
import { RunningSystem } from '../running-system';
import { Canaries } from './canaries';
import { NatsTap } from './nats-tap';
import { refusedRequests, secretAgent, secretObjects } from './secret-requests';

describe('secrets', () => {
  const canaries = new Canaries();
  let system: RunningSystem;
  let tenants: Tenants;
  let tap: NatsTap;
  let owner: Tenant;
  let other: Tenant;
  const ids: [kind: string, id: string][] = [];
  const refused: ApiAnswer[] = [];
  const accepted: ApiAnswer[] = [];

  const post = async (path: string, body: unknown): Promise<{ id: string; number: string }> => {
    const answer = await owner.client.post(path, body);
    if (answer.status !== 200) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    accepted.push(answer);
    const made = answer.json as { id: string; number: string };
    ids.push([path.split('/')[2] ?? '', made.id]);
    return made;
  };

  beforeAll(async () => {
    system = RunningSystem.attach();
    tenants = new Tenants(system);
    tap = await NatsTap.start(system.run.natsUrl);
    await system.control('POST', '/faults', { carrier: { answer: { value: 'busy' } } });
    owner = await tenants.user('owner of secrets');
    other = await tenants.user('curious');
    await sendAll();
  }, 60_000);

  afterAll(async () => {
    await system.control('POST', '/faults', {});
    await tap.close();
    await tenants.close();
  });

  /** A secret through every field that takes one: in objects of their own, within agents, numbers and calls. */
  async function sendAll(): Promise<void> {
    const created = secretObjects(canaries, 'create');
    const updated = secretObjects(canaries, 'update');
    for (const kind of ['elevenLabs', 'playHt'] as const) {
      const { id } = await post('/v1/voices/create', created[kind]());
      await post(`/v1/voices/update?id=${id}`, updated[kind]());
    }
    for (const [path, kind] of [
      ['vector_databases', 'pinecone'],
      ['actions', 'external'],
      ['account_connections', 'openAi'],
    ] as const) {
      const { id } = await post(`/v1/${path}/create`, created[kind]());
      await post(`/v1/${path}/update?id=${id}`, updated[kind]());
    }
    const connection = await twilioConnection();
    const agent = await post('/v1/agents/create', secretAgent(canaries, 'agent', 'elevenLabs'));
    await post(`/v1/agents/update?id=${agent.id}`, secretAgent(canaries, 'patched agent', 'elevenLabs'));
    await post(`/v1/agents/update?id=${agent.id}`, secretAgent(canaries, 'changed agent', 'playHt'));
    const bought = await post('/v1/numbers/buy', {
      inbound_agent: secretAgent(canaries, 'bought', 'playHt'),
    });
    await post(`/v1/numbers/update?phone_number=${bought.number}`, {
      inbound_agent: secretAgent(canaries, 'number', 'playHt'),
    });
    await post('/v1/numbers/link', {
      ...{ phone_number: connection.number, telephony_account_connection: connection.id },
      inbound_agent: secretAgent(canaries, 'linked', 'elevenLabs'),
    });
    for (const from_number of [bought.number, connection.number]) {
      const call = { from_number, to_number: '14155552671' };
      await post('/v1/calls/create', {
        ...call,
        agent: secretAgent(canaries, `call ${from_number}`, 'elevenLabs'),
      });
    }
    for (const { path, body } of refusedRequests(canaries)) {
      const headers = { 'content-type': 'application/json' };
      refused.push(await owner.client.send({ method: 'POST', path, body, headers }));
    }
  }

  async function twilioConnection() {
    const account = await carrierAccount(system);
    const { twilio_account_sid } = account.credentials;
    const twilio = (twilio_auth_token: string) => ({
      ...{ type: 'account_connection_twilio', credentials: { twilio_account_sid, twilio_auth_token } },
    });
    const first = await post(
      '/v1/account_connections/create',
      twilio(canaries.text('create twilio_auth_token')),
    );
    const second = canaries.text('update twilio_auth_token');
    const withSecond = await carrierAccount(system, { authToken: second });
    await post(`/v1/account_connections/update?id=${first.id}`, {
      type: 'account_connection_twilio',
      credentials: withSecond.credentials,
    });
    return { id: first.id, number: withSecond.number };
  }

  it('went through every field that takes one', () => {
    expect(canaries.size).toBeGreaterThan(30);
    expect(refused.map(({ status }) => status).filter((status) => status !== 422 && status !== 400)).toEqual(
      [],
    );
  });

  it('lie in no table in clear', async () => {
    const rows = await DatabaseRows.of(system.run.databaseUrl);
    const found: string[] = [];
    let read = 0;
    await rows.each((table, row) => {
      read++;
      found.push(...canaries.foundIn(row).map((name) => `${table}: ${name}`));
    });
    await rows.close();
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(50);
  });

  it('go over NATS in no message in clear', async () => {
    const messages = await tap.heard();
    const found = messages.flatMap(({ subject, text }) =>
      canaries.foundIn(text).map((name) => `${subject}: ${name}`),
    );
    expect(found).toEqual([]);
    // The asks that carry them were heard.
    expect(messages.filter(({ subject }) => subject.includes('create')).length).toBeGreaterThan(5);
  });

  it('stand in no log', () => {
    const found: string[] = [];
    const logs = new Set(Object.values(system.run.logFiles).map(dirname));
    for (const folder of logs) {
      for (const name of readdirSync(folder, { recursive: true }) as string[]) {
        // The sandbox plays the outside world, which knows some of them.
        if (!name.endsWith('.log') || name.includes('sandbox')) continue;
        found.push(
          ...canaries.foundIn(readFileSync(join(folder, name), 'utf8')).map((what) => `${name}: ${what}`),
        );
      }
    }
    expect(found).toEqual([]);
  });

  it('stand in no answer to another user', async () => {
    const texts: string[] = [];
    for (const kind of new Set(ids.map(([name]) => name))) {
      texts.push((await other.client.get(`/v1/${kind}/list?size=1000`)).text);
    }
    for (const [kind, id] of ids) texts.push((await other.client.get(`/v1/${kind}?id=${id}`)).text);
    for (const path of ['/metrics', '/openapi.json', `/v1/agents?id=${newId()}`])
      texts.push((await other.client.get(path)).text);
    expect(texts.flatMap((text) => canaries.foundIn(text))).toEqual([]);
  });

  it('stand in no refusal', () => {
    expect(refused.flatMap(({ text }) => canaries.foundIn(text).map((name) => `${name}: ${text}`))).toEqual(
      [],
    );
  });

  it('are answered to their owner as masks, but for what receivers verify with', async () => {
    const texts = accepted.map(({ text }) => text);
    for (const [kind, id] of ids)
      if (kind !== 'numbers') texts.push((await owner.client.get(`/v1/${kind}?id=${id}`)).text);
    const shown = new Set(texts.flatMap((text) => canaries.foundIn(text)));
    expect([...shown].filter((name) => !name.includes('signature_secret'))).toEqual([]);
    expect(shown.size).toBeGreaterThan(5);
  });
});
