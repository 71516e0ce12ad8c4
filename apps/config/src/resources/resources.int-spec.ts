import 'reflect-metadata';
import {
  actionAsks,
  actionDraft,
  agentAsks,
  agentDraft,
  getWebhookVersion,
  promptAsks,
  promptTemplateAsks,
  vectorDatabaseAsks,
  voiceAsks,
  webhookAsks,
} from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AgentStore } from '../agents/agent.store';
import { ConfigHarness, refusalOf, startConfigHarness } from '../testing/config.harness';
import { ResourceStores } from './stores';

let config: ConfigHarness;
beforeAll(async () => {
  config = await startConfigHarness();
});
afterAll(() => config.close());

const sealed = 'v1:k1:sealed';
const external = {
  name: 'book',
  description: 'Books',
  url: 'https://example.com',
  input_schema: { type: 'object' as const },
  speak_on_send: false,
  speak_on_receive: false,
};
const pinecone = {
  type: 'vector_database_pinecone' as const,
  index: 'i',
  api_key: sealed,
  api_environment: 'e',
};
const elevenLabs = { type: 'voice_eleven_labs' as const, voice_id: 'v', api_key: sealed };

/** Every kind of resource: how to make one, a change of it, and what it then says. */
const kinds = [
  {
    name: 'Action',
    table: 'actions',
    asks: actionAsks,
    params: { type: 'action_dtmf' },
    patch: { type: 'action_dtmf' },
  },
  {
    name: 'Voice',
    table: 'voices',
    asks: voiceAsks,
    params: elevenLabs,
    patch: { type: elevenLabs.type, stability: 0.5 },
  },
  {
    name: 'Webhook',
    table: 'webhooks',
    asks: webhookAsks,
    params: { url: 'https://a.example', subscriptions: [] },
    patch: { method: 'GET' },
  },
  { name: 'Prompt', table: 'prompts', asks: promptAsks, params: { content: 'Hi' }, patch: { content: 'Ho' } },
  {
    name: 'Prompt template',
    table: 'prompt_templates',
    asks: promptTemplateAsks,
    params: { required_context_keys: ['name'] },
    patch: { label: 'l' },
  },
  {
    name: 'Vector database',
    table: 'vector_databases',
    asks: vectorDatabaseAsks,
    params: pinecone,
    patch: { ...pinecone, index: 'j' },
  },
] as const;

// The kinds are told apart at run time; each contract checks what it is given.
type AnyAsks = typeof promptAsks;
const of = (kind: (typeof kinds)[number]) => kind.asks as unknown as AnyAsks;

const command = (user = config.ada) => ({ user_id: user, command_id: newId() });
const create = (asks: unknown, params: object, user = config.ada) =>
  config.asks.ask((asks as AnyAsks).create, { ...command(user), id: newId(), params });
const get = (asks: unknown, id: string, user = config.ada) =>
  config.asks.ask((asks as AnyAsks).get, { user_id: user, id });
const update = (asks: unknown, id: string, params: object, user = config.ada) =>
  config.asks.ask((asks as AnyAsks).update, { ...command(user), id, params });
const list = (asks: unknown, over: object = {}, user = config.ada) =>
  config.asks.ask((asks as AnyAsks).list, { user_id: user, offset: 0, limit: 10, sort: null, ...over });
const rowsOf = (table: string) => config.database.query<unknown[]>(`SELECT * FROM ${table} ORDER BY id`);

describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  const code = `${name.toUpperCase().replace(' ', '_')}.NOT_FOUND`;

  it('is made, read, changed and listed', async () => {
    const made = await create(of(kind), kind.params);
    expect(made).toMatchObject({ ...kind.params, user_id: config.ada });
    const changed = await update(of(kind), made.id, kind.patch);
    expect(changed).toEqual({ ...made, ...kind.patch });
    expect(await get(of(kind), made.id)).toEqual(changed);
    expect((await list(of(kind))).items).toContainEqual(changed);
  });

  it('is as unknown to another user as a random id, and stays as it is', async () => {
    const made = await create(of(kind), kind.params);
    for (const [id, user] of [
      [made.id, config.ben],
      [newId(), config.ada],
    ] as const) {
      expect(await refusalOf(get(of(kind), id, user))).toEqual([code]);
      expect(await refusalOf(update(of(kind), id, kind.patch, user))).toEqual([code]);
    }
    expect(await list(of(kind), {}, config.ben)).toMatchObject({ items: [], total: 0 });
    expect(await get(of(kind), made.id)).toEqual(made);
  });

  it('is changed once by one command', async () => {
    const made = await create(of(kind), kind.params);
    const request = { ...command(), id: made.id, params: kind.patch };
    const first = await config.asks.ask(of(kind).update, request);
    expect(await config.asks.ask(of(kind).update, request)).toEqual(first);
    const sql = `SELECT version FROM ${kind.table} WHERE id = $1`;
    expect(await config.database.query(sql, [made.id])).toEqual([{ version: 2 }]);
  });
});

describe('an update', () => {
  it('to another type is refused by name, and changes nothing', async () => {
    const made = await create(actionAsks, { type: 'action_set_hold' });
    expect(await refusalOf(update(actionAsks, made.id, { type: 'action_dtmf' }))).toEqual([
      'ACTION.OTHER_TYPE',
      'body.type',
    ]);
    expect(await get(actionAsks, made.id)).toEqual(made);
  });

  it('that names no secret leaves it sealed as it is', async () => {
    const action = await create(actionAsks, {
      type: 'action_external',
      config: { ...external, signature_secret: sealed },
    });
    const changed = { type: 'action_external', config: { ...external, name: 'cancel' } };
    expect(await update(actionAsks, action.id, changed)).toMatchObject({
      config: { name: 'cancel', signature_secret: sealed },
    });
    const voice = await create(voiceAsks, elevenLabs);
    const tuned = { type: elevenLabs.type, stability: 1 };
    expect(await update(voiceAsks, voice.id, tuned)).toMatchObject({ stability: 1, api_key: sealed });
    const silenced = { type: elevenLabs.type, api_key: null };
    expect(await update(voiceAsks, voice.id, silenced)).toMatchObject({ stability: 1, api_key: null });
  });

  it('of one field does not undo another that is made at the same time', async () => {
    const webhook = await create(webhookAsks, { url: 'https://a.example', subscriptions: [] });
    for (let round = 0; round < 10; round += 1) {
      const url = `https://example.com/${round}`;
      const method = round % 2 === 0 ? 'GET' : 'POST';
      await Promise.all([
        update(webhookAsks, webhook.id, { url }),
        update(webhookAsks, webhook.id, { method }),
      ]);
      expect(await get(webhookAsks, webhook.id)).toMatchObject({ url, method });
    }
    const { version } = await config.asks.ask(getWebhookVersion, { user_id: config.ada, id: webhook.id });
    expect(version).toBe(21);
  });

  it('of a prompt links a template of the same user only, and shows it whole', async () => {
    const template = await create(promptTemplateAsks, { label: 'l', required_context_keys: ['name'] });
    const foreign = await create(promptTemplateAsks, { required_context_keys: [] }, config.ben);
    const prompt = await create(promptAsks, { content: 'Hi', prompt_template: template.id });
    expect(await get(promptAsks, prompt.id)).toMatchObject({ prompt_template: template });
    const unknown = { prompt_template: foreign.id };
    expect(await refusalOf(update(promptAsks, prompt.id, unknown))).toEqual(['PROMPT_TEMPLATE.NOT_FOUND']);
    expect(await refusalOf(create(promptAsks, unknown))).toEqual(['PROMPT_TEMPLATE.NOT_FOUND']);
    expect((await list(promptAsks)).items[0]).toMatchObject({ id: prompt.id, prompt_template: template.id });
    expect(await update(promptAsks, prompt.id, { prompt_template: null })).toMatchObject({
      prompt_template: null,
    });
  });

  it('may not make an agent too large to be answered', async () => {
    const config_ = {
      ...external,
      input_schema: { type: 'object', description: '' },
      signature_secret: sealed,
    };
    const grown = (chars: number) => ({
      type: 'action_external',
      config: { ...external, input_schema: { type: 'object', description: '\u4e00'.repeat(chars) } },
    });
    const actions = await Promise.all(
      Array.from({ length: 10 }, () => create(actionAsks, { type: 'action_external', config: config_ })),
    );
    await makeAgent({ actions: actions.map(({ id }) => id) });
    const refusals = await Promise.all(
      actions.slice(0, 5).map(({ id }) => refusalOf(update(actionAsks, id, grown(28_000)))),
    );
    expect(refusals.flat()).toEqual([]);
    expect(await refusalOf(update(actionAsks, actions[9]!.id, grown(28_000)))).toEqual([
      'AGENT.TOO_LARGE',
      'body',
    ]);
    expect(await refusalOf(update(actionAsks, actions[9]!.id, grown(1_000)))).toEqual([]);
  });
});

describe('a list', () => {
  const user = newId();
  const ids: string[] = [];
  beforeAll(async () => {
    await config.database.query(`INSERT INTO users (id, name, created_at) VALUES ($1, 'l', now())`, [user]);
    const types = ['action_set_hold', 'action_dtmf', 'action_end_conversation', 'action_dtmf'];
    for (const type of types) ids.push((await create(actionAsks, { type }, user)).id);
  });
  const idsOf = async (over: object) => (await list(actionAsks, over, user)).items.map(({ id }) => id);

  it('has the newest first, by stretches, with the total of all', async () => {
    const [a, b, c, d] = ids;
    expect(await idsOf({})).toEqual([d, c, b, a]);
    expect(await idsOf({ offset: 1, limit: 2 })).toEqual([c, b]);
    expect(await list(actionAsks, { offset: 9 }, user)).toEqual({
      items: [],
      total: 4,
      total_is_estimated: false,
    });
  });

  it('is sorted by what can be compared, equals by age', async () => {
    const [a, b, c, d] = ids;
    expect(await idsOf({ sort: { column: 'type', desc: false } })).toEqual([b, d, c, a]);
    expect(await idsOf({ sort: { column: 'type', desc: true } })).toEqual([a, c, d, b]);
    expect(await idsOf({ sort: { column: 'created_at', desc: false } })).toEqual([a, b, c, d]);
    await update(actionAsks, b!, { type: 'action_dtmf' }, user);
    expect(await idsOf({ sort: { column: 'updated_at', desc: true }, limit: 1 })).toEqual([b]);
  });

  it('refuses any other column by name', async () => {
    for (const column of ['params', 'user_id', "id; DROP TABLE actions'", 'constructor'])
      expect(await refusalOf(list(actionAsks, { sort: { column, desc: false } }))).toEqual([
        'LIST.UNKNOWN_COLUMN',
        'query.sort_column',
      ]);
  });

  it('of large documents comes in answers that fit a message, and loses none', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      made.unshift((await create(promptAsks, { content: '\u4e00'.repeat(60_000) }, config.ben)).id);
    }
    const got: string[] = [];
    while (got.length < made.length) {
      const { items, total } = await list(promptAsks, { offset: got.length, limit: 5 }, config.ben);
      expect(total).toBeGreaterThanOrEqual(5);
      expect(items.length).toBeLessThan(4);
      got.push(...items.map(({ id }) => id));
    }
    expect(got.slice(0, 5)).toEqual(made);
  });
});

function draft(over: object = {}) {
  return agentDraft.parse({
    prompt: { id: newId(), params: { content: 'Be kind.' } },
    voice: { id: newId(), params: { type: 'voice_azure', voice_name: 'x' } },
    actions: [],
    webhook: null,
    ...over,
  });
}

function makeAgent(over: object = {}, user = config.ada) {
  return config.asks.ask(agentAsks.create, { ...command(user), id: newId(), params: draft(over) });
}

describe('an agent', () => {
  const updateAgent = (id: string, params: object, user = config.ada) =>
    config.asks.ask(agentAsks.update, { ...command(user), id, params });
  const openAi = async (user: string, type = 'account_connection_openai') => {
    const id = newId();
    const credentials =
      type === 'account_connection_openai'
        ? { openai_api_key: sealed }
        : { twilio_account_sid: 'AC', twilio_auth_token: sealed };
    const params = { type, credentials, account_supports_any_caller_id: false };
    await config.database.query(
      `INSERT INTO account_connections (user_id, id, type, params, steering_pool, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, '{}', 1, now(), now())`,
      [user, id, type, JSON.stringify(params)],
    );
    return id;
  };

  it('of every part is read as it was made, its actions in order', async () => {
    const dtmf = await create(actionAsks, { type: 'action_dtmf' });
    const template = await create(promptTemplateAsks, { required_context_keys: ['name'] });
    const connection = await openAi(config.ada);
    const inline = { id: newId(), params: actionDraft.parse({ type: 'action_set_hold' }) };
    const made = await makeAgent({
      prompt: { id: newId(), params: { content: 'Hi', prompt_template: template.id } },
      actions: [dtmf.id, inline, dtmf.id],
      webhook: { id: newId(), params: { url: 'https://a.example', subscriptions: [] } },
      vector_database: { id: newId(), params: pinecone },
      openai_account_connection: connection,
      deepgram_keywords: { parley: 2 },
    });
    expect(made).toMatchObject({
      prompt: { prompt_template: template },
      vector_database: pinecone,
      openai_account_connection: { id: connection, credentials: { openai_api_key: sealed } },
      deepgram_keywords: { parley: 2 },
    });
    expect(made.actions.map(({ id }) => id)).toEqual([dtmf.id, inline.id, dtmf.id]);
    expect(await config.asks.ask(agentAsks.get, { user_id: config.ada, id: made.id })).toEqual(made);
    const { items } = await list(agentAsks);
    expect(items[0]).toMatchObject({
      id: made.id,
      prompt: made.prompt.id,
      voice: made.voice.id,
      actions: [dtmf.id, inline.id, dtmf.id],
      webhook: made.webhook?.id,
      vector_database: made.vector_database?.id,
      openai_account_connection: connection,
    });
  });

  it('is read in one statement', async () => {
    const { id } = await makeAgent({ actions: [{ id: newId(), params: { type: 'action_dtmf' } }] });
    const runner = config.database.createQueryRunner();
    const statements = jest.spyOn(runner, 'query');
    await new AgentStore(new ResourceStores()).get(runner.manager, config.ada, id);
    expect(statements).toHaveBeenCalledTimes(1);
    await runner.release();
  });

  it('patches its parts in place, which others that share them see', async () => {
    const made = await makeAgent({
      webhook: { id: newId(), params: { url: 'https://a.example', subscriptions: [] } },
      vector_database: { id: newId(), params: pinecone },
    });
    const sharer = await makeAgent({ prompt: made.prompt.id, voice: made.voice.id });
    const patched = await updateAgent(made.id, {
      name: 'front desk',
      prompt: { id: newId(), params: { content: 'Be brief.' } },
      voice: { id: newId(), params: { type: 'voice_azure', pitch: 3 } },
      webhook: { id: newId(), params: { method: 'GET' } },
      vector_database: { id: newId(), params: { type: pinecone.type, index: 'j' } },
    });
    expect(patched).toEqual({
      ...made,
      name: 'front desk',
      prompt: { ...made.prompt, content: 'Be brief.' },
      voice: { ...made.voice, pitch: 3 },
      webhook: { ...made.webhook, method: 'GET' },
      vector_database: { ...made.vector_database, index: 'j' },
    });
    const seen = await config.asks.ask(agentAsks.get, { user_id: config.ada, id: sharer.id });
    expect(seen).toMatchObject({ name: null, prompt: patched.prompt, voice: patched.voice });
  });

  it('gets a whole new part where it has none or one of another type, and leaves the old one', async () => {
    const made = await makeAgent();
    const partial = { id: newId(), params: { type: pinecone.type, index: 'j' } };
    expect(await refusalOf(updateAgent(made.id, { vector_database: partial }))).toEqual([
      'REQUEST.INVALID',
      'body.vector_database.api_key',
      'body.vector_database.api_environment',
    ]);
    const voice = { id: newId(), params: { type: 'voice_rime', speaker: 's' } };
    const patched = await updateAgent(made.id, {
      voice,
      vector_database: { id: partial.id, params: pinecone },
      webhook: { id: newId(), params: { url: 'https://a.example', subscriptions: [] } },
    });
    expect(patched).toMatchObject({
      voice: { id: voice.id, type: 'voice_rime' },
      vector_database: { id: partial.id },
      webhook: { method: 'POST' },
    });
    expect(await get(voiceAsks, made.voice.id)).toEqual(made.voice);
  });

  it('loses what is cleared, and keeps what is not named', async () => {
    const made = await makeAgent({
      initial_message: 'Hello',
      webhook: { id: newId(), params: { url: 'https://a.example', subscriptions: [] } },
      vector_database: { id: newId(), params: pinecone },
      openai_account_connection: await openAi(config.ada),
    });
    expect(await updateAgent(made.id, {})).toEqual(made);
    const none = { webhook: null, vector_database: null, openai_account_connection: null };
    expect(await updateAgent(made.id, { ...none, initial_message: null })).toEqual({
      ...made,
      ...none,
      initial_message: null,
    });
  });

  it('replaces its whole list of actions, each of which has to be whole', async () => {
    const made = await makeAgent({ actions: [{ id: newId(), params: { type: 'action_dtmf' } }] });
    const hold = { id: newId(), params: { type: 'action_set_hold' } };
    const secretless = { id: newId(), params: { type: 'action_external', config: external } };
    expect(await refusalOf(updateAgent(made.id, { actions: [hold, secretless] }))).toEqual([
      'REQUEST.INVALID',
      'body.actions.1.config.signature_secret',
    ]);
    expect(await refusalOf(get(actionAsks, hold.id))).toEqual(['ACTION.NOT_FOUND']);
    expect((await updateAgent(made.id, { actions: [hold] })).actions).toMatchObject([{ id: hold.id }]);
    expect((await updateAgent(made.id, { actions: [] })).actions).toEqual([]);
  });

  it('takes a secret only into the part that it was sealed to', async () => {
    const made = await makeAgent({ vector_database: { id: newId(), params: pinecone } });
    const rekeyed = (id: string) =>
      updateAgent(made.id, {
        vector_database: { id, params: { type: pinecone.type, api_key: 'v1:k1:new' } },
      });
    expect(await refusalOf(rekeyed(newId()))).toEqual(['VECTOR_DATABASE.CHANGED']);
    expect(await rekeyed(made.vector_database!.id)).toMatchObject({
      vector_database: { api_key: 'v1:k1:new' },
    });
  });

  it("takes none of another user's parts, and is then as it was, with nothing made", async () => {
    const theirs = {
      prompt: (await create(promptAsks, { content: 'x' }, config.ben)).id,
      voice: (await create(voiceAsks, elevenLabs, config.ben)).id,
      webhook: (await create(webhookAsks, { url: 'https://b.example', subscriptions: [] }, config.ben)).id,
      vector_database: (await create(vectorDatabaseAsks, pinecone, config.ben)).id,
      openai_account_connection: await openAi(config.ben),
    };
    const action = (await create(actionAsks, { type: 'action_dtmf' }, config.ben)).id;
    const made = await makeAgent();
    const tables = ['agents', 'prompts', 'voices', 'actions', 'webhooks', 'vector_databases'];
    const before = await Promise.all(tables.map(rowsOf));
    const strange = [...Object.entries(theirs), ['actions', [action]] as const];
    for (const [field, id] of strange) {
      const given = { name: 'changed', [field]: id };
      const [refusal] = await refusalOf(updateAgent(made.id, given));
      expect(refusal).toMatch(/\.NOT_FOUND$/);
      expect(await refusalOf(makeAgent(given))).toEqual([refusal]);
      const random = { ...given, [field]: field === 'actions' ? [newId()] : newId() };
      expect(await refusalOf(updateAgent(made.id, random))).toEqual([refusal]);
    }
    expect(await refusalOf(updateAgent(made.id, { name: 'x' }, config.ben))).toEqual(['AGENT.NOT_FOUND']);
    expect(await Promise.all(tables.map(rowsOf))).toEqual(before);
  });

  it('speaks to OpenAI through an account at OpenAI only', async () => {
    const twilio = await openAi(config.ada, 'account_connection_twilio');
    expect(await refusalOf(makeAgent({ openai_account_connection: twilio }))).toEqual([
      'AGENT.NOT_OPENAI',
      'body.openai_account_connection',
    ]);
  });

  it('keeps both of two changes that are made at once, in itself and in its parts', async () => {
    const made = await makeAgent();
    const [name, content] = ['one', 'two'];
    await Promise.all([
      updateAgent(made.id, { name }),
      updateAgent(made.id, { initial_message: 'three' }),
      updateAgent(made.id, { prompt: { id: newId(), params: { content } } }),
      updateAgent(made.id, { prompt: { id: newId(), params: { context_endpoint: 'https://c.example' } } }),
    ]);
    expect(await config.asks.ask(agentAsks.get, { user_id: config.ada, id: made.id })).toMatchObject({
      name,
      initial_message: 'three',
      prompt: { content, context_endpoint: 'https://c.example' },
    });
  });

  it('is listed by name', async () => {
    const user = newId();
    await config.database.query(`INSERT INTO users (id, name, created_at) VALUES ($1, 'l', now())`, [user]);
    for (const name of ['b', 'c', 'a']) await makeAgent({ name }, user);
    const { items } = await config.asks.ask(agentAsks.list, {
      user_id: user,
      offset: 0,
      limit: 10,
      sort: { column: 'name', desc: false },
    });
    expect(items.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});
