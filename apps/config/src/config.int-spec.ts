import 'reflect-metadata';
import {
  actionAsks,
  agentAsks,
  agentDraft,
  authenticate,
  createNumber,
  getNumber,
  getWebhookVersion,
  resolveCallAgent,
  resolveInbound,
  updateNumber,
  voiceAsks,
  webhookAsks,
  webhookChangedSubject,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { consume } from '@parley/messaging';
import type { AskClient, NatsConnection } from '@parley/messaging';
import { createLogger } from '@parley/observability';
import { hashApiKey, newApiKey, parseApiKey } from '@parley/secrets';
import { eventually } from '@parley/testing';
import { DataSource } from 'typeorm';
import { ConfigHarness, startConfigHarness } from './testing/config.harness';

const key = newApiKey();
const webhookParams = { url: 'https://example.com/hook', subscriptions: ['event_message' as const] };

describe('config', () => {
  const logger = createLogger({ service: 'config-spec', level: 'fatal' });
  let config: ConfigHarness;
  let asks: AskClient;
  let nats: NatsConnection;
  let database: DataSource;
  let userId: string;

  beforeAll(async () => {
    config = await startConfigHarness({ BOOTSTRAP_API_KEY: key.key });
    ({ asks, nats, database } = config);
    userId = (await asks.ask(authenticate, { key_id: key.id, key_hash: hashApiKey(key.key) })).user_id;
  });

  afterAll(() => config.close());

  const command = () => ({ user_id: userId, command_id: newId() });
  const errorOf = async (asking: Promise<unknown>) =>
    asking.then(
      () => undefined,
      (error: unknown) => AppError.from(error).code,
    );
  const draft = (over: object = {}) =>
    agentDraft.parse({
      prompt: { id: newId(), params: { content: 'Be kind.' } },
      voice: { id: newId(), params: { type: 'voice_azure', voice_name: 'x' } },
      actions: [],
      webhook: null,
      ...over,
    });
  const agent = (over: object = {}) =>
    asks.ask(agentAsks.create, { ...command(), id: newId(), params: draft(over) });
  let lastNumber = 4_155_550_100;
  const numberOf = (inboundAgent: string | { id: string; params: ReturnType<typeof draft> } | null) =>
    asks.ask(createNumber, {
      ...command(),
      id: newId(),
      number: `+1${++lastNumber}`,
      telephony_provider: 'twilio',
      carrier_number_id: null,
      inbound_agent: inboundAgent,
    });

  describe('keys', () => {
    it('refuse a wrong secret and an unknown id alike', async () => {
      const other = newApiKey();
      const wrong = asks.ask(authenticate, { key_id: key.id, key_hash: other.hash });
      const unknown = asks.ask(authenticate, { key_id: parseApiKey(other.key)!.id, key_hash: other.hash });
      expect(await Promise.all([errorOf(wrong), errorOf(unknown)])).toEqual(['KEY.REFUSED', 'KEY.REFUSED']);
    });

    it('are not stored', async () => {
      const rows: unknown = await database.query('SELECT * FROM api_keys');
      expect(JSON.stringify(rows)).not.toContain(key.key.slice(-20));
    });
  });

  describe('resources', () => {
    it('are stored once for one command, and read back', async () => {
      const request = { ...command(), id: newId(), params: { type: 'action_end_conversation' as const } };
      const [first, second] = [
        await asks.ask(actionAsks.create, request),
        await asks.ask(actionAsks.create, request),
      ];
      expect(second).toEqual(first);
      expect(await asks.ask(actionAsks.get, { user_id: userId, id: first.id })).toEqual(first);
      expect(
        await database.query('SELECT count(*)::int AS n FROM actions WHERE id = $1', [first.id]),
      ).toEqual([{ n: 1 }]);
    });

    it('are unknown to another user, as a random id is', async () => {
      const { id } = await asks.ask(voiceAsks.create, {
        ...command(),
        id: newId(),
        params: { type: 'voice_vocode', voice_id: 'joe' },
      });
      expect(await errorOf(asks.ask(voiceAsks.get, { user_id: newId(), id }))).toBe('VOICE.NOT_FOUND');
      expect(await errorOf(asks.ask(voiceAsks.get, { user_id: userId, id: newId() }))).toBe(
        'VOICE.NOT_FOUND',
      );
    });

    it('tell the stream of every webhook, with its version', async () => {
      const { id } = await asks.ask(webhookAsks.create, { ...command(), id: newId(), params: webhookParams });
      const changes: unknown[] = [];
      const consumption = consume({
        nats,
        stream: 'CONFIG_CHANGES',
        durable: `spec-${newId()}`,
        filterSubject: webhookChangedSubject,
        logger,
        handler: (messages) => {
          changes.push(...messages.map(({ data }) => data));
          return Promise.resolve(messages.map(() => 'ack' as const));
        },
      });
      await eventually(() =>
        expect(changes).toContainEqual({
          webhook: { ...webhookParams, method: 'POST', id, user_id: userId },
          version: 1,
        }),
      );
      await consumption.close();
      expect(await asks.ask(getWebhookVersion, { user_id: userId, id })).toMatchObject({ version: 1 });
    });
  });

  describe('agents', () => {
    it('are made with everything inline, in one transaction', async () => {
      const made = await agent({
        actions: [{ id: newId(), params: { type: 'action_dtmf' } }],
        webhook: { id: newId(), params: webhookParams },
      });
      expect(made).toMatchObject({
        prompt: { content: 'Be kind.', user_id: userId },
        voice: { voice_name: 'x' },
        actions: [{ type: 'action_dtmf' }],
        webhook: webhookParams,
      });
      const unknown = { actions: [{ id: newId(), params: { type: 'action_dtmf' } }, newId()] };
      const before: unknown = await database.query('SELECT count(*) FROM prompts');
      expect(await errorOf(agent(unknown))).toBe('ACTION.NOT_FOUND');
      expect(await database.query('SELECT count(*) FROM prompts')).toEqual(before);
    });

    it('are refused when an answer about them would not fit a message', async () => {
      const phrase = {
        phrase: '\u4e00'.repeat(500),
        conditions: ['phrase_condition_type_contains' as const],
      };
      const { id } = await asks.ask(actionAsks.create, {
        ...command(),
        id: newId(),
        params: {
          type: 'action_end_conversation',
          action_trigger: {
            type: 'action_trigger_phrase_based',
            config: { phrase_triggers: Array.from({ length: 50 }, () => phrase) },
          },
        },
      });
      expect((await agent({ actions: Array<string>(5).fill(id) })).actions).toHaveLength(5);
      const before: unknown = await database.query('SELECT count(*) FROM prompts');
      expect(await errorOf(agent({ actions: Array<string>(20).fill(id) }))).toBe('AGENT.TOO_LARGE');
      expect(await database.query('SELECT count(*) FROM prompts')).toEqual(before);
    });

    it("cannot be made of another user's parts", async () => {
      const { voice } = await agent();
      const other = newId();
      await database.query(`INSERT INTO users (id, name, created_at) VALUES ($1, 'other', now())`, [other]);
      const strange = asks.ask(agentAsks.create, {
        user_id: other,
        command_id: newId(),
        id: newId(),
        params: draft({ voice: voice.id }),
      });
      expect(await errorOf(strange)).toBe('VOICE.NOT_FOUND');
    });

    it('given inline with a call are stored once', async () => {
      const request = { ...command(), agent: { id: newId(), params: draft({ voice: null }) } };
      const [first, second] = [
        await asks.ask(resolveCallAgent, request),
        await asks.ask(resolveCallAgent, request),
      ];
      expect(second).toEqual(first);
      expect(first.voice.type).toBe('voice_eleven_labs');
      expect(await asks.ask(resolveCallAgent, { ...command(), agent: first.id })).toEqual(first);
    });
  });

  describe('numbers', () => {
    it('have one owner, who answers for calls to them', async () => {
      const number = await numberOf({ id: newId(), params: draft() });
      expect(await asks.ask(resolveInbound, { number: number.number })).toEqual(number);
      const again = asks.ask(createNumber, {
        ...command(),
        id: newId(),
        number: number.number,
        telephony_provider: 'twilio',
        carrier_number_id: null,
        inbound_agent: null,
      });
      expect(await errorOf(again)).toBe('NUMBER.TAKEN');
      expect(await errorOf(asks.ask(getNumber, { user_id: newId(), number: number.number }))).toBe(
        'NUMBER.NOT_FOUND',
      );
    });

    const update = (number: string, params: object) =>
      asks.ask(updateNumber, { ...command(), number, params });

    it('patch the agent that they have, in place', async () => {
      const { number, inbound_agent } = await numberOf({ id: newId(), params: draft() });
      const action = await asks.ask(actionAsks.create, {
        ...command(),
        id: newId(),
        params: { type: 'action_transfer_call', config: { phone_number: '+11234567890' } },
      });
      const updated = await update(number, {
        inbound_agent: {
          id: newId(),
          params: {
            actions: [action.id, { id: newId(), params: { type: 'action_end_conversation' } }],
            voice: { id: newId(), params: { type: 'voice_azure', pitch: 5 } },
            initial_message: 'Hi',
            webhook: { id: newId(), params: webhookParams },
          },
        },
      });
      expect(updated.inbound_agent).toMatchObject({
        id: inbound_agent?.id,
        prompt: inbound_agent?.prompt,
        voice: { ...inbound_agent?.voice, pitch: 5 },
        initial_message: 'Hi',
        webhook: webhookParams,
      });
      expect(updated.inbound_agent?.actions.map(({ type }) => type)).toEqual([
        'action_transfer_call',
        'action_end_conversation',
      ]);
    });

    it('get a new voice when the patch is of another type, and then it has to be whole', async () => {
      const { number, inbound_agent } = await numberOf({ id: newId(), params: draft() });
      const patch = (voice: object) =>
        update(number, { inbound_agent: { id: newId(), params: { voice: { id: newId(), params: voice } } } });
      expect(await errorOf(patch({ type: 'voice_rime' }))).toBe('REQUEST.INVALID');
      const { inbound_agent: revoiced } = await patch({ type: 'voice_rime', speaker: 's' });
      expect(revoiced?.voice).toMatchObject({ type: 'voice_rime', speaker: 's' });
      expect(revoiced?.voice.id).not.toBe(inbound_agent?.voice.id);
    });

    it('take a secret only into the voice that it was sealed to', async () => {
      const elevenLabs = { type: 'voice_eleven_labs' as const, voice_id: 'v' };
      const voiced = (voice: { id: string; params: object }) =>
        numberOf({ id: newId(), params: draft({ voice }) });
      const { number, inbound_agent } = await voiced({ id: newId(), params: elevenLabs });
      const patch = (id: string, params: object) =>
        update(number, { inbound_agent: { id: newId(), params: { voice: { id, params } } } });
      const sealed = { ...elevenLabs, api_key: 'sealed' };
      expect(await errorOf(patch(newId(), sealed))).toBe('VOICE.CHANGED');
      const present = inbound_agent!.voice.id;
      const playHt = { type: 'voice_play_ht', voice_id: 'v', api_key: 'sealed' };
      expect(await errorOf(patch(present, playHt))).toBe('VOICE.CHANGED');
      expect((await patch(present, sealed)).inbound_agent?.voice).toMatchObject({ api_key: 'sealed' });
      const { inbound_agent: revoiced } = await patch(newId(), playHt);
      expect(revoiced?.voice).toMatchObject({ api_key: 'sealed' });
      expect(await errorOf(patch(present, sealed))).toBe('VOICE.EXISTS');
    });

    it('name what is wrong in their agent as its client wrote it', async () => {
      const { number } = await numberOf({ id: newId(), params: draft() });
      const actions = [
        { id: newId(), params: { type: 'action_dtmf' } },
        { id: newId(), params: { type: 'action_transfer_call' } },
      ];
      const wrong = update(number, { inbound_agent: { id: newId(), params: { actions } } });
      await expect(wrong).rejects.toMatchObject({
        issues: [{ path: ['body', 'inbound_agent', 'actions', 1, 'config'], type: 'missing' }],
      });
    });

    it('take an agent, and lose it', async () => {
      const { number } = await numberOf(null);
      const { id } = await agent();
      expect((await update(number, { inbound_agent: id })).inbound_agent?.id).toBe(id);
      expect((await update(number, { label: 'front desk' })).inbound_agent?.id).toBe(id);
      expect(await update(number, { inbound_agent: null })).toMatchObject({
        inbound_agent: null,
        label: 'front desk',
      });
    });

    it('without an agent take a whole one only', async () => {
      const { number } = await numberOf(null);
      const patch = { inbound_agent: { id: newId(), params: { initial_message: 'Hi' } } };
      expect(await errorOf(update(number, patch))).toBe('AGENT.INCOMPLETE');
    });
  });
});
