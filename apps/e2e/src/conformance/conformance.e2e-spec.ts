import { newId } from '@parley/kernel';
import { eventually } from '@parley/testing';
import { carrierAccount } from '../api/carrier-account';
import { ServedDocument } from '../api/served-document';
import { Tenants } from '../api/tenants';
import { RunningSystem } from '../running-system';
import { Conversation } from './conversation';
import { readers } from './readers';

let system: RunningSystem;
let tenants: Tenants;

beforeAll(async () => {
  system = RunningSystem.attach();
  tenants = new Tenants(system);
  await system.control('POST', '/faults', { carrier: { answer: { value: 'busy' } } });
});
afterAll(async () => {
  await system.control('POST', '/faults', {});
  await tenants.close();
});

describe.each(readers.map((reader) => [reader.name, reader] as const))(
  'every operation, by %s',
  (_, reader) => {
    let talk: Conversation;
    let userId: string;
    let number: string;
    const isSeed = reader.profile === 'seed';
    const hasObjectPrompts = !isSeed && reader.profile !== 'sdk-0.0.15';
    /** A prompt within an agent, as this vintage shows it. */
    const prompt = (content: string): unknown =>
      hasObjectPrompts ? expect.objectContaining({ content }) : content;
    const byId = (id: string) => ({ query: { id } });

    beforeAll(async () => {
      const { userId: id, client } = await tenants.user(`reader: ${reader.name}`, reader.keyProfile);
      userId = id;
      talk = new Conversation(client, await ServedDocument.of(client, reader.profile), reader);
      ({ number } = await talk.ask('POST /v1/numbers/buy'));
    });

    /** The items of a list, whichever form it has. */
    const itemsOf = async (kind: string, query: Record<string, string> = {}): Promise<{ id: string }[]> => {
      const list = await talk.ask(`GET /v1/${kind}/list`, { query });
      if (isSeed) {
        expect(Array.isArray(list)).toBe(true);
        return list as unknown as { id: string }[];
      }
      expect(Object.keys(list).sort()).toEqual(
        ['has_more', 'items', 'page', 'size', 'total', 'total_is_estimated'].sort(),
      );
      expect(list).toMatchObject({ page: Number(query['page'] ?? 1), size: Number(query['size'] ?? 10) });
      return list['items'] as { id: string }[];
    };

    /** Makes, reads, lists and changes one; gives it as it is at the end. */
    const goThrough = async (
      kind: string,
      params: object,
      change: object,
      shows: object,
      changed: object,
    ) => {
      const made = await talk.ask(`POST /v1/${kind}/create`, { body: params });
      expect(made).toMatchObject({ user_id: userId, ...shows });
      expect(await talk.ask(`GET /v1/${kind}`, byId(made.id))).toEqual(made);
      expect((await itemsOf(kind)).map(({ id }) => id)).toContain(made.id);
      const updated = await talk.ask(`POST /v1/${kind}/update`, { ...byId(made.id), body: change });
      expect(updated).toMatchObject({ id: made.id, ...shows, ...changed });
      expect(await talk.ask(`GET /v1/${kind}`, byId(made.id))).toEqual(updated);
      return updated;
    };

    const trigger = { type: 'action_trigger_function_call', config: {} };
    const withTrigger = isSeed ? {} : { action_trigger: trigger };
    const transfer = { phone_number: '11234567890' };

    it.each([
      [{ type: 'action_end_conversation' }, { action_trigger: {} }, { config: {}, ...withTrigger }, {}],
      [{ type: 'action_dtmf' }, { config: {} }, withTrigger, {}],
      [{ type: 'action_set_hold', config: {} }, {}, withTrigger, {}],
      [{ type: 'action_transfer_call', config: transfer }, {}, { config: transfer }, {}],
      [
        { type: 'action_add_to_conference', config: { phone_number: '+1 (415) 555-2671' } },
        { config: { phone_number: 14155552672, place_primary_on_hold: 'false' } },
        {},
        { config: { phone_number: '14155552672', place_primary_on_hold: false } },
      ],
      [
        {
          type: 'action_external',
          config: {
            ...{
              name: 'Meeting_Booking_Assistant',
              description: 'Book a meeting.',
              url: 'http://example.com/booking',
            },
            ...{
              speak_on_send: true,
              speak_on_receive: true,
              input_schema: { type: 'object', properties: {} },
            },
          },
        },
        {},
        {
          config: expect.objectContaining({ processing_mode: 'muted', signature_secret: expect.any(String) }),
        },
        {},
      ],
    ])('actions: %j', async (params, change, shows, changed) => {
      await goThrough(
        'actions',
        params,
        { type: params.type, ...change },
        { type: params.type, ...shows },
        changed,
      );
    });

    it.each([
      [{ type: 'voice_azure', voice_name: 'en-US-AriaNeural' }, { rate: '20' }, { pitch: 0 }, { rate: 20 }],
      [{ type: 'voice_rime', speaker: 'zion' }, { speed_alpha: 1.5 }, {}, isSeed ? {} : { speed_alpha: 1.5 }],
      [
        { type: 'voice_eleven_labs', voice_id: 'v', stability: '.2', api_key: 'xi-0123456789abcdef' },
        { optimize_streaming_latency: '4', voice_id: {} },
        { stability: 0.2, api_key: '************cdef' },
        isSeed ? {} : { optimize_streaming_latency: 4 },
      ],
      [{ type: 'voice_play_ht', voice_id: 'v' }, { quality: 'low' }, { version: '2' }, { quality: 'low' }],
      [{ type: 'voice_vocode', voice_id: 'joe' }, {}, {}, {}],
    ])('voices: %j', async (params, change, shows, changed) => {
      await goThrough(
        'voices',
        params,
        { type: params.type, ...change },
        { type: params.type, ...shows },
        changed,
      );
    });

    it('webhooks, prompts, vector databases', async () => {
      const url = 'https://example.com/hook';
      await goThrough(
        'webhooks',
        { url, subscriptions: ['event_message'] },
        { method: 'GET', subscriptions: {} },
        { url, subscriptions: ['event_message'] },
        { method: 'GET' },
      );
      const field = { field_type: 'field_type_email', label: 'l', name: 'n' };
      await goThrough(
        'prompts',
        { content: 'Hi', collect_fields: [field] },
        { content: {} },
        { content: 'Hi' },
        {},
      );
      const pinecone = { type: 'vector_database_pinecone', index: 'i', api_environment: 'e' };
      await goThrough(
        'vector_databases',
        { ...pinecone, api_key: 'short' },
        { type: pinecone.type, index: 'j', api_key: '************' },
        { ...pinecone, index: expect.any(String), api_key: '************' },
        { index: 'j' },
      );
    });

    it('agents, with everything inline and then changed in parts', async () => {
      const webhook = { url: 'https://example.com/hook', subscriptions: ['event_transcript'] };
      const agent = await talk.ask('POST /v1/agents/create', {
        body: {
          ...{ prompt: 'Be brief.', voice: { type: 'voice_azure', voice_name: 'x' }, webhook },
          ...{ actions: [{ type: 'action_end_conversation' }], initial_message: 'Hello' },
        },
      });
      expect(agent).toMatchObject({
        ...{ user_id: userId, prompt: prompt('Be brief.'), initial_message: 'Hello' },
        voice: { type: 'voice_azure', voice_name: 'x', pitch: 0, rate: 15 },
        webhook: { ...webhook, method: 'POST' },
        actions: [{ type: 'action_end_conversation' }],
      });
      if (!isSeed)
        expect(agent).toMatchObject({
          ...{ name: null, language: 'en', interrupt_sensitivity: 'low', noise_suppression: false },
          ...{ endpointing_sensitivity: 'auto', ivr_navigation_mode: 'off', conversation_speed: 1 },
          ...{
            initial_message_delay: 0,
            ask_if_human_present_on_idle: false,
            run_do_not_call_detection: false,
          },
          ...{
            llm_temperature: 0,
            openai_account_connection: null,
            vector_database: null,
            idle_time_seconds: null,
          },
        });
      expect(await talk.ask('GET /v1/agents', byId(agent.id))).toEqual(agent);
      const [item] = await itemsOf('agents', { size: '1' });
      expect(item).toMatchObject({ id: agent.id, voice: agent.voice.id, actions: [agent.actions[0].id] });

      const undefineds = {
        prompt: {},
        voice: {},
        actions: {},
        webhook: {},
        initial_message: {},
        language: {},
      };
      const same = await talk.ask('POST /v1/agents/update', { ...byId(agent.id), body: undefineds });
      expect(same).toEqual(agent);
      const changed = await talk.ask('POST /v1/agents/update', {
        ...byId(agent.id),
        body: {
          voice: { type: 'voice_azure', rate: 5 },
          prompt: { content: 'Be kind.' },
          webhook: null,
          user_id: newId(),
        },
      });
      expect(changed).toMatchObject({
        ...{ id: agent.id, user_id: userId, prompt: prompt('Be kind.') },
        voice: { ...agent.voice, rate: 5 },
        actions: agent.actions,
      });
      expect(changed.webhook ?? null).toBeNull();
      if (isSeed) expect('webhook' in changed).toBe(false);
    });

    it('numbers: listed, shown, changed, given back', async () => {
      expect(number).toMatch(/^1\d{10}$/);
      expect((await itemsOf('numbers')).map(({ id }) => id)).toHaveLength(1);
      for (const written of [number, `+${number}`, `+1 (${number.slice(1, 4)}) ${number.slice(4)}`])
        expect(await talk.ask('GET /v1/numbers', { query: { phone_number: written } })).toMatchObject({
          number,
        });
      const query = { phone_number: number };
      const updated = await talk.ask('POST /v1/numbers/update', {
        query,
        body: {
          label: 'front desk',
          outbound_only: 'false',
          example_context: { name: 'Kian' },
          id: 'x',
          user_id: 'y',
        },
      });
      expect(updated).toMatchObject({ number, active: true });
      if (!isSeed) expect(updated).toMatchObject({ label: 'front desk', example_context: { name: 'Kian' } });
      const { number: second } = await talk.ask('POST /v1/numbers/buy', {
        body: { telephony_provider: 'vonage' },
      });
      const given = await talk.ask('POST /v1/numbers/cancel', { query: { phone_number: second } });
      expect(given).toMatchObject({ number: second, active: false });
    });

    it('connected accounts, their numbers and their pools', async () => {
      const account = await carrierAccount(system);
      const { twilio_account_sid, twilio_auth_token } = account.credentials;
      const twilio = { type: 'account_connection_twilio', credentials: account.credentials };
      const shown = { twilio_account_sid, twilio_auth_token: `************${twilio_auth_token.slice(-4)}` };
      const connection = await goThrough(
        'account_connections',
        twilio,
        { ...twilio, credentials: shown },
        { type: twilio.type, credentials: shown, steering_pool: [], account_supports_any_caller_id: false },
        {},
      );
      const openai = {
        type: 'account_connection_openai',
        credentials: { openai_api_key: 'sk-0123456789abcdef' },
      };
      const masked = { credentials: { openai_api_key: '************cdef' } };
      await goThrough('account_connections', openai, { type: openai.type }, masked, {});
      const linked = await talk.ask('POST /v1/numbers/link', {
        body: { phone_number: account.number, telephony_account_connection: connection.id },
      });
      expect(linked.number).toBe(account.number.slice(1));
      if (!isSeed) expect(linked.telephony_account_connection).toMatchObject({ id: connection.id });
      const pooled = await talk.ask('POST /v1/account_connections/add_to_steering_pool', byId(connection.id));
      expect(pooled.steering_pool).toHaveLength(1);
      const emptied = await talk.ask('POST /v1/account_connections/remove_from_steering_pool', {
        ...byId(connection.id),
        body: { phone_number: pooled.steering_pool[0] },
      });
      expect(emptied.steering_pool).toEqual([]);
    });

    it('calls: placed, shown, listed, ended; usage', async () => {
      const agent = { prompt: 'x', voice: { type: 'voice_azure', voice_name: 'x' } };
      const call = await talk.ask('POST /v1/calls/create', {
        body: {
          ...{ from_number: `+${number}`, to_number: 14155552671, agent },
          ...{ context: { name: 'Kian' }, metadata: { order: '7' } },
        },
      });
      expect(call).toMatchObject({ status: 'not_started', from_number: number, to_number: '14155552671' });
      expect(call.agent).toMatchObject({ prompt: prompt('x') });
      if (isSeed) expect(Object.keys(call).filter((key) => !nineFields.includes(key))).toEqual([]);
      else
        expect(call).toMatchObject({
          ...{ agent_phone_number: number, telephony_provider: 'twilio', stage: 'created' },
          ...{ context: { name: 'Kian' }, metadata: { order: '7' }, on_no_human_answer: 'continue' },
          ...{ hipaa_compliant: false, recording_available: false, transcript: null },
        });
      const ended = await eventually(async () => {
        const now = await talk.ask('GET /v1/calls', byId(call.id));
        expect(['ended', 'error']).toContain(now.status);
        return now;
      });
      expect((await talk.ask('POST /v1/calls/end', byId(call.id))).status).toBe(ended.status);
      expect(await talk.ask('GET /v1/calls/get', byId(call.id))).toEqual(ended);
      const [item] = (await itemsOf('calls', { size: '1' })) as Record<string, unknown>[];
      expect(item).toMatchObject({ id: call.id, agent: call.agent.id, status: ended.status });
      if (!isSeed) {
        const times = [item?.['end_time'], ended.end_time];
        expect(times.map((time) => typeof time)).toEqual([
          reader.listTimes === 'text' ? 'string' : 'number',
          'string',
        ]);
      }
      await talk.ask('GET /v1/calls/recording', { ...byId(call.id), status: 404 });
      await talk.ask('GET /v1/calls/recording/{id}', { id: call.id, status: 404 });
      const usage = await talk.ask('GET /v1/usage');
      expect(usage).toMatchObject({ user_id: userId, monthly_usage_minutes: 0 });
      expect(String(usage.plan_type).startsWith('plan_')).toBe(!isSeed);
    });

    it('what is wrong is refused by name', async () => {
      const { detail } = await talk.ask('POST /v1/voices/create', {
        body: { type: 'voice_azure', pitch: 'high' },
        status: 422,
      });
      expect((detail as { loc: string[] }[]).map(({ loc }) => loc.join('.')).sort()).toEqual([
        'body.pitch',
        'body.voice_name',
      ]);
      expect(detail).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'missing' })]));
      const unknown = await talk.ask('GET /v1/agents', { ...byId(newId()), status: 404 });
      expect(unknown).toEqual({ detail: expect.any(String) });
    });

    it('that is all of them', async () => {
      await talk.ask('GET /metrics');
      const all = talk.document.operations.map(({ name }) => name);
      expect(all.filter((name) => !talk.covered.has(name))).toEqual([]);
    });

    if (isSeed)
      it('has no null in any answer', async () => {
        for (const kind of ['agents', 'voices', 'numbers', 'calls', 'webhooks', 'actions'])
          expect(JSON.stringify(await itemsOf(kind))).not.toContain(':null');
      });
  },
);

const nineFields = [
  ...['id', 'user_id', 'status', 'error_message', 'recording_available', 'transcript'],
  ...['to_number', 'from_number', 'agent'],
];
