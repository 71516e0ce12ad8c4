import { AppError } from '@parley/kernel';
import type { z } from 'zod';
import { parseOrThrow } from '../issues';
import { actionDraft, actionParams, actionPatch, actionUpdateParams } from './actions';
import { agentDraft, agentParams, agentUpdateParams } from './agents';
import {
  promptParams,
  promptTemplateParams,
  promptTemplateUpdateParams,
  promptUpdateParams,
} from './prompts';
import { pineconeVectorDatabaseParams, pineconeVectorDatabaseUpdateParams } from './vector-databases';
import { voiceDraft, voiceParams, voicePatch, voiceUpdateParams } from './voices';
import { webhookParams, webhookUpdateParams } from './webhooks';

const uuid = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const owned = { id: uuid, user_id: uuid };
const hmacKey = Buffer.alloc(32, 7).toString('base64');
const sealed = `v1:k1:${'a'.repeat(16)}:${'b'.repeat(4_000)}`;
const byModel = { type: 'action_trigger_function_call', config: {} };
const byPhrase = {
  type: 'action_trigger_phrase_based',
  config: { phrase_triggers: [{ phrase: 'hold on', conditions: ['phrase_condition_type_contains'] }] },
};
const external = {
  name: 'Meeting_Booking_Assistant',
  description: 'Book a meeting',
  url: 'http://example.com/booking',
  input_schema: { type: 'object', properties: { length: { type: 'string', enum: ['30m', '1hr'] } } },
  speak_on_send: true,
  speak_on_receive: true,
};

const issuesOf = (schema: z.ZodType, input: unknown) => {
  try {
    parseOrThrow(schema, input, ['body']);
    return [];
  } catch (error) {
    return AppError.from(error).issues?.map(({ path }) => path.join('.'));
  }
};

describe('actions of every type', () => {
  const conference = { phone_number: '11234567890' };
  it.each<[string, object | undefined, object]>([
    ['action_end_conversation', undefined, {}],
    ['action_dtmf', undefined, {}],
    ['action_set_hold', undefined, {}],
    ['action_transfer_call', conference, conference],
    ['action_add_to_conference', conference, { ...conference, place_primary_on_hold: true }],
    ['action_external', external, { ...external, processing_mode: 'muted' }],
  ])('%s fill their defaults', (type, config, filled) => {
    expect(actionParams.parse({ type, config, action_trigger: null })).toEqual({
      type,
      config: filled,
      action_trigger: byModel,
    });
    expect(actionParams.parse({ type, config, action_trigger: { type: byModel.type } })).toMatchObject({
      action_trigger: byModel,
    });
  });

  it.each(['action_end_conversation', 'action_dtmf', 'action_set_hold'])(
    '%s take null, nothing and strange fields for an empty config',
    (type) => {
      for (const config of [null, undefined, {}, { odd: 1 }])
        expect(actionParams.parse({ type, config })).toMatchObject({ config: {} });
    },
  );

  it('are started by a phrase, but for those whose input the model supplies', () => {
    const startedBy = (type: string, config?: object) =>
      issuesOf(actionParams, { type, config, action_trigger: byPhrase });
    expect(startedBy('action_end_conversation')).toEqual([]);
    expect(startedBy('action_set_hold')).toEqual([]);
    expect(startedBy('action_transfer_call', conference)).toEqual([]);
    expect(startedBy('action_add_to_conference', conference)).toEqual([]);
    expect(startedBy('action_dtmf')).toEqual(['body.action_trigger.type']);
    expect(startedBy('action_external', external)).toEqual(['body.action_trigger.type']);
    for (const type of ['action_dtmf', 'action_external'])
      expect(issuesOf(actionUpdateParams, { type, action_trigger: byPhrase })).toEqual([
        'body.action_trigger.type',
      ]);
  });

  it('that transfer take the name that the documentation once had', () => {
    const config = { transfer_phone_number: 11234567890 };
    const given = { type: 'action_transfer_call', config };
    expect(actionParams.parse(given)).toMatchObject({ config: conference });
    expect(actionUpdateParams.parse(given)).toMatchObject({ config: conference });
    expect(issuesOf(actionParams, { ...given, config: {} })).toEqual(['body.config.phone_number']);
  });

  it('that call out keep a secret of 32 bytes, or none yet', () => {
    const withSecret = (signature_secret: unknown) =>
      issuesOf(actionParams, { type: 'action_external', config: { ...external, signature_secret } });
    for (const good of [hmacKey, undefined, null, {}]) expect(withSecret(good)).toEqual([]);
    for (const bad of ['', 'short', sealed, 7])
      expect(withSecret(bad)).toEqual(['body.config.signature_secret']);
  });

  it('that call out travel with a sealed secret, which only an update may leave out', () => {
    const given = (config: object) => ({ type: 'action_external', config: { ...external, ...config } });
    expect(issuesOf(actionDraft, given({ signature_secret: sealed }))).toEqual([]);
    expect(issuesOf(actionDraft, given({}))).toEqual(['body.config.signature_secret']);
    expect(issuesOf(actionPatch, given({}))).toEqual([]);
    expect(actionPatch.parse(given({}))).not.toHaveProperty('config.signature_secret');
  });

  const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });
  it.each<[string, unknown, boolean]>([
    ['no object', [], false],
    ['of another type', { type: 'string' }, false],
    ['without a type', {}, false],
    ['deep', { type: 'object', ...nested(19) }, true],
    ['too deep', { type: 'object', ...nested(20) }, false],
    ['large', { type: 'object', description: 'x'.repeat(32_000) }, true],
    ['too large', { type: 'object', description: 'x'.repeat(33_000) }, false],
    ['with NUL in a value', { type: 'object', a: ['\0'] }, false],
    ['with half a pair in a key', { type: 'object', a: { '\ud800': 1 } }, false],
    ['with a backslash before u0000', { type: 'object', a: '\\u0000' }, true],
  ])('that call out take a schema %s: %#', (_, input_schema, taken) => {
    const given = { type: 'action_external', config: { ...external, input_schema } };
    expect((issuesOf(actionParams, given) ?? []).length === 0).toBe(taken);
  });
});

describe('voices of every type', () => {
  it.each([
    [
      { type: 'voice_azure', voice_name: 'x' },
      { pitch: 0, rate: 15 },
    ],
    [
      { type: 'voice_rime', speaker: 'x', model_id: {} },
      { speed_alpha: null, model_id: null },
    ],
    [{ type: 'voice_rime', speaker: 'x' }, { model_id: null }],
    [
      { type: 'voice_eleven_labs', voice_id: 'x' },
      { api_key: null, experimental_input_streaming: false },
    ],
    [
      { type: 'voice_play_ht', voice_id: 'x' },
      { version: '2', quality: null, experimental_remove_silence: false },
    ],
    [{ type: 'voice_vocode', voice_id: 'joe' }, {}],
  ])('fill their defaults: %j', (given, defaults) => {
    expect(voiceParams.parse(given)).toMatchObject({ type: given.type, ...defaults });
  });

  it('travel with keys that are longer for being sealed', () => {
    const given = { type: 'voice_eleven_labs', voice_id: 'x', api_key: sealed };
    expect(issuesOf(voiceParams, given)).toEqual(['body.api_key']);
    expect(voiceDraft.parse(given)).toMatchObject({ api_key: sealed });
    expect(voicePatch.parse({ type: given.type, api_key: null })).toMatchObject({ api_key: null });
  });
});

describe('references', () => {
  const template = { ...owned, label: 'greeting', required_context_keys: ['name'] };
  const connection = {
    ...owned,
    type: 'account_connection_openai',
    credentials: { openai_api_key: '************abcd' },
  };
  const agent = { prompt: uuid, voice: uuid };

  it('to a template are an id, or the stored object by its id', () => {
    for (const prompt_template of [uuid, uuid.toUpperCase(), template])
      expect(promptParams.parse({ prompt_template })).toMatchObject({ prompt_template: uuid });
    expect(promptUpdateParams.parse({ prompt_template: template })).toEqual({ prompt_template: uuid });
    expect(promptUpdateParams.parse({ prompt_template: null })).toEqual({ prompt_template: null });
    expect(issuesOf(promptParams, { prompt_template: { label: 'x' } })).not.toEqual([]);
  });

  it('to an account at OpenAI are an id, or the stored object by its id', () => {
    for (const openai_account_connection of [uuid, connection]) {
      const given = { ...agent, openai_account_connection };
      expect(agentParams.parse(given)).toMatchObject({ openai_account_connection: uuid });
      expect(agentUpdateParams.parse({ openai_account_connection })).toEqual({
        openai_account_connection: uuid,
      });
    }
  });

  it('to a vector database are an id, or a whole new one', () => {
    const whole = { type: 'vector_database_pinecone', index: 'i', api_key: 'k', api_environment: 'e' };
    expect(agentParams.parse({ ...agent, vector_database: whole })).toMatchObject({ vector_database: whole });
    expect(issuesOf(agentParams, { ...agent, vector_database: { type: whole.type } })).toEqual([
      'body.vector_database.index',
      'body.vector_database.api_key',
      'body.vector_database.api_environment',
    ]);
  });

  it('that a draft of an older sender lacks are none', () => {
    const draft = { prompt: uuid, voice: uuid, actions: [], webhook: null };
    expect(agentDraft.parse(draft)).toMatchObject({ vector_database: null, openai_account_connection: null });
  });
});

/** Of each partial update: the fields, a value of each, and whether `null` clears it. */
const azure = { type: 'voice_azure' };
const rime = { type: 'voice_rime' };
const elevenLabs = { type: 'voice_eleven_labs' };
const playHt = { type: 'voice_play_ht' };
const pinecone = { type: 'vector_database_pinecone' };
const clears = 'is cleared by null';
const stays = 'stays';
type Row = [schema: z.ZodType, base: { type?: string }, field: string, value: unknown, effect: string];

const updates: Row[] = [
  ...(['action_end_conversation', 'action_set_hold', 'action_dtmf'] as const).map((type): Row => [
    actionUpdateParams,
    { type },
    'action_trigger',
    byModel,
    stays,
  ]),
  [actionUpdateParams, { type: 'action_transfer_call' }, 'config', { phone_number: '1' }, stays],
  [actionUpdateParams, { type: 'action_transfer_call' }, 'action_trigger', byPhrase, stays],
  [
    actionUpdateParams,
    { type: 'action_add_to_conference' },
    'config',
    { phone_number: '1', place_primary_on_hold: false },
    stays,
  ],
  [
    actionUpdateParams,
    { type: 'action_external' },
    'config',
    { ...external, processing_mode: 'muted' },
    stays,
  ],
  [voiceUpdateParams, azure, 'voice_name', 'x', stays],
  [voiceUpdateParams, azure, 'pitch', 1, stays],
  [voiceUpdateParams, azure, 'rate', 1, stays],
  [voiceUpdateParams, rime, 'speaker', 'x', stays],
  [voiceUpdateParams, rime, 'speed_alpha', 1, clears],
  [voiceUpdateParams, rime, 'model_id', 'v1', clears],
  [voiceUpdateParams, elevenLabs, 'voice_id', 'x', stays],
  [voiceUpdateParams, elevenLabs, 'stability', 0.2, clears],
  [voiceUpdateParams, elevenLabs, 'similarity_boost', 0.2, clears],
  [voiceUpdateParams, elevenLabs, 'api_key', 'k', clears],
  [voiceUpdateParams, elevenLabs, 'optimize_streaming_latency', 4, clears],
  [voiceUpdateParams, elevenLabs, 'model_id', 'm', clears],
  [voiceUpdateParams, elevenLabs, 'experimental_input_streaming', true, stays],
  [voiceUpdateParams, playHt, 'voice_id', 'x', stays],
  [voiceUpdateParams, playHt, 'api_user_id', 'x', clears],
  [voiceUpdateParams, playHt, 'api_key', 'x', clears],
  [voiceUpdateParams, playHt, 'version', '1', stays],
  [voiceUpdateParams, playHt, 'speed', 1, clears],
  [voiceUpdateParams, playHt, 'quality', 'draft', clears],
  [voiceUpdateParams, playHt, 'temperature', 1, clears],
  [voiceUpdateParams, playHt, 'top_p', 1, clears],
  [voiceUpdateParams, playHt, 'text_guidance', 1, clears],
  [voiceUpdateParams, playHt, 'voice_guidance', 1, clears],
  [voiceUpdateParams, playHt, 'experimental_remove_silence', true, stays],
  [voiceUpdateParams, { type: 'voice_vocode' }, 'voice_id', 'joe', stays],
  [webhookUpdateParams, {}, 'subscriptions', ['event_message'], stays],
  [webhookUpdateParams, {}, 'url', 'https://example.com', stays],
  [webhookUpdateParams, {}, 'method', 'GET', stays],
  [promptUpdateParams, {}, 'content', 'x', stays],
  [
    promptUpdateParams,
    {},
    'collect_fields',
    [{ field_type: 'field_type_email', label: 'l', name: 'n', description: null }],
    clears,
  ],
  [promptUpdateParams, {}, 'context_endpoint', 'https://example.com', clears],
  [promptUpdateParams, {}, 'prompt_template', uuid, clears],
  [promptTemplateUpdateParams, {}, 'label', 'x', stays],
  [promptTemplateUpdateParams, {}, 'required_context_keys', ['x'], stays],
  [pineconeVectorDatabaseUpdateParams, pinecone, 'index', 'x', stays],
  [pineconeVectorDatabaseUpdateParams, pinecone, 'api_key', 'x', stays],
  [pineconeVectorDatabaseUpdateParams, pinecone, 'api_environment', 'x', stays],
  [agentUpdateParams, {}, 'name', 'x', clears],
  [agentUpdateParams, {}, 'prompt', uuid, stays],
  [agentUpdateParams, {}, 'language', 'es', stays],
  [agentUpdateParams, {}, 'actions', [uuid], stays],
  [agentUpdateParams, {}, 'voice', uuid, stays],
  [agentUpdateParams, {}, 'initial_message', 'x', clears],
  [agentUpdateParams, {}, 'webhook', uuid, clears],
  [agentUpdateParams, {}, 'vector_database', uuid, clears],
  [agentUpdateParams, {}, 'interrupt_sensitivity', 'high', stays],
  [agentUpdateParams, {}, 'context_endpoint', 'https://example.com', clears],
  [agentUpdateParams, {}, 'noise_suppression', true, stays],
  [agentUpdateParams, {}, 'endpointing_sensitivity', 'relaxed', stays],
  [agentUpdateParams, {}, 'ivr_navigation_mode', 'default', stays],
  [agentUpdateParams, {}, 'conversation_speed', 1.5, stays],
  [agentUpdateParams, {}, 'initial_message_delay', 2, stays],
  [agentUpdateParams, {}, 'openai_model_name_override', 'x', clears],
  [agentUpdateParams, {}, 'ask_if_human_present_on_idle', true, stays],
  [agentUpdateParams, {}, 'openai_account_connection', uuid, clears],
  [agentUpdateParams, {}, 'run_do_not_call_detection', true, stays],
  [agentUpdateParams, {}, 'llm_fallback', { provider: 'azure', model_name: 'x' }, clears],
  [agentUpdateParams, {}, 'deepgram_keywords', { parley: 1.5 }, clears],
  [agentUpdateParams, {}, 'idle_time_seconds', 20, clears],
];

describe('a field of a partial update', () => {
  it.each(updates.map((row) => [`${row[1].type ?? ''} ${row[2]} ${row[4]}`, ...row] as const))(
    '%s',
    (_, schema, base, field, value, effect) => {
      expect(schema.parse(base)).toEqual(base);
      expect(schema.parse({ ...base, [field]: {} })).toEqual(base);
      expect(schema.parse({ ...base, [field]: value })).toEqual({ ...base, [field]: value });
      expect(schema.parse({ ...base, [field]: null })).toEqual(
        effect === clears ? { ...base, [field]: null } : base,
      );
    },
  );

  it('is named in the table above, whichever it is', () => {
    const named = (schema: z.ZodType, type?: string) =>
      updates.filter((row) => row[0] === schema && row[1].type === type).map((row) => row[2]);
    const fieldsOf = (schema: z.ZodObject) => Object.keys(schema.shape).filter((field) => field !== 'type');
    expect(named(agentUpdateParams).sort()).toEqual(fieldsOf(agentUpdateParams).sort());
    expect(named(webhookUpdateParams).sort()).toEqual(fieldsOf(webhookUpdateParams).sort());
    for (const voice of voiceUpdateParams.options) {
      expect(named(voiceUpdateParams, voice.shape.type.value).sort()).toEqual(fieldsOf(voice).sort());
    }
  });

  it('that a creation needs is needed there', () => {
    expect(issuesOf(webhookParams, {})).toEqual(['body.subscriptions', 'body.url']);
    expect(issuesOf(promptTemplateParams, {})).toEqual(['body.required_context_keys']);
    expect(issuesOf(pineconeVectorDatabaseParams, pinecone)).toHaveLength(3);
    expect(issuesOf(agentParams, {})).toEqual(['body.prompt', 'body.voice']);
    expect(promptParams.parse({})).toMatchObject({ content: '' });
  });
});
