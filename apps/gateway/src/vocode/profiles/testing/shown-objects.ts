import type { wire } from '@parley/contracts';
import type { Shown } from '../profile';

const user_id = '00000000-0000-4000-8000-000000000001';
let last = 1;
const owned = () => ({ id: `00000000-0000-4000-8000-${String(++last).padStart(12, '0')}`, user_id });

const functionTrigger = { type: 'action_trigger_function_call' as const, config: {} };
const phraseTrigger = {
  type: 'action_trigger_phrase_based' as const,
  config: {
    phrase_triggers: [{ phrase: 'bye', conditions: ['phrase_condition_type_contains' as const] }],
  },
};

const actions: wire.Action[] = [
  { ...owned(), type: 'action_end_conversation', config: {}, action_trigger: phraseTrigger },
  { ...owned(), type: 'action_dtmf', config: {}, action_trigger: functionTrigger },
  { ...owned(), type: 'action_set_hold', config: {}, action_trigger: functionTrigger },
  {
    ...owned(),
    type: 'action_transfer_call',
    config: { phone_number: '14155550100' },
    action_trigger: functionTrigger,
  },
  {
    ...owned(),
    type: 'action_add_to_conference',
    config: { phone_number: '14155550100', place_primary_on_hold: true },
    action_trigger: functionTrigger,
  },
  {
    ...owned(),
    type: 'action_external',
    config: {
      processing_mode: 'muted',
      name: 'book',
      description: 'Books.',
      url: 'https://example.com',
      input_schema: { type: 'object' },
      speak_on_send: true,
      speak_on_receive: false,
      signature_secret: 'c2VjcmV0',
    },
    action_trigger: functionTrigger,
  },
];

const voices: wire.Voice[] = [
  { ...owned(), type: 'voice_azure', voice_name: 'Aria', pitch: 0, rate: 15 },
  { ...owned(), type: 'voice_rime', speaker: 'young', speed_alpha: 1, model_id: null },
  {
    ...owned(),
    type: 'voice_eleven_labs',
    voice_id: 'v',
    stability: 0.2,
    similarity_boost: null,
    api_key: null,
    optimize_streaming_latency: null,
    model_id: null,
    experimental_input_streaming: false,
  },
  {
    ...owned(),
    type: 'voice_play_ht',
    voice_id: 'v',
    api_user_id: null,
    api_key: '************',
    version: '2',
    speed: null,
    quality: null,
    temperature: null,
    top_p: null,
    text_guidance: null,
    voice_guidance: null,
    experimental_remove_silence: false,
  },
  { ...owned(), type: 'voice_vocode', voice_id: 'joe' },
];

const webhook: wire.Webhook = {
  ...owned(),
  subscriptions: ['event_message', 'event_human_detection'],
  url: 'https://example.com',
  method: 'POST',
};
const template = { ...owned(), label: '', required_context_keys: ['name'] };
const prompt = { ...owned(), content: 'Be kind.', collect_fields: null, context_endpoint: null };
const database: wire.VectorDatabase = {
  ...owned(),
  type: 'vector_database_pinecone',
  index: 'i',
  api_key: '************',
  api_environment: 'e',
};
const openAi: wire.OpenAiAccountConnection = {
  ...owned(),
  type: 'account_connection_openai',
  credentials: { openai_api_key: '************' },
};
const twilio: wire.TwilioAccountConnection = {
  ...owned(),
  type: 'account_connection_twilio',
  credentials: { twilio_account_sid: 'AC1', twilio_auth_token: '************' },
  steering_pool: ['14155550101'],
  account_supports_any_caller_id: false,
};

const settings = {
  name: null,
  language: 'en' as const,
  initial_message: null,
  interrupt_sensitivity: 'low' as const,
  context_endpoint: null,
  noise_suppression: false,
  endpointing_sensitivity: 'auto' as const,
  ivr_navigation_mode: 'off' as const,
  conversation_speed: 1,
  initial_message_delay: 0,
  openai_model_name_override: null,
  ask_if_human_present_on_idle: false,
  run_do_not_call_detection: false,
  llm_fallback: null,
  deepgram_keywords: { Parley: 1.5 },
  idle_time_seconds: null,
  llm_temperature: 0,
};
const agents: wire.Agent[] = voices.map((voice, index) => ({
  ...owned(),
  ...settings,
  prompt: { ...prompt, prompt_template: index === 0 ? template : null },
  actions: index === 0 ? actions : [],
  voice,
  initial_message: index === 0 ? 'Hello!' : null,
  webhook: index === 0 ? webhook : null,
  vector_database: index === 0 ? database : null,
  openai_account_connection: index === 0 ? openAi : null,
}));
const [agent = fail()] = agents;
const listedAgent: wire.NormalizedAgent = {
  ...owned(),
  ...settings,
  prompt: prompt.id,
  actions: actions.map(({ id }) => id),
  voice: agent.voice.id,
  webhook: webhook.id,
  vector_database: database.id,
  openai_account_connection: openAi.id,
};

const numberFields = {
  active: true,
  label: '',
  outbound_only: false,
  example_context: null,
  number: '14155550100',
  telephony_provider: 'twilio' as const,
};

const callFields = {
  ...owned(),
  status: 'ended' as const,
  error_message: 'busy',
  recording_available: false,
  transcript: 'BOT: hi',
  human_detection_result: 'human' as const,
  do_not_call_result: null,
  telephony_id: 'CA1',
  stage: 'picked_up' as const,
  stage_outcome: null,
  telephony_metadata: {
    type: 'telephony_metadata_twilio' as const,
    call_sid: 'CA1',
    call_status: 'completed',
    transfer_call_sid: null,
    transfer_call_status: null,
    conference_sid: null,
  },
  to_number: '14155550100',
  from_number: '14155550101',
  telephony_provider: 'twilio' as const,
  agent_phone_number: '14155550101',
  hipaa_compliant: false,
  on_no_human_answer: 'continue' as const,
  context: { name: 'Kian' },
  run_do_not_call_detection: null,
  telephony_params: null,
  metadata: { order: '7' },
};
const calls: wire.Call[] = [
  {
    ...callFields,
    start_time: '2026-01-01T00:00:00.000Z',
    end_time: null,
    agent,
    telephony_account_connection: twilio,
  },
  {
    ...callFields,
    error_message: null,
    transcript: null,
    start_time: null,
    end_time: null,
    agent,
    telephony_account_connection: null,
  },
];

/** Of every kind of object one of each type, and one with as little as possible. */
export const shownObjects: { readonly [K in keyof Shown]: readonly Shown[K][] } = {
  action: actions,
  voice: voices,
  webhook: [webhook],
  prompt: [
    { ...prompt, prompt_template: null },
    { ...prompt, prompt_template: template },
  ],
  normalizedPrompt: [{ ...prompt, prompt_template: template.id }],
  vectorDatabase: [database],
  accountConnection: [openAi, twilio],
  agent: agents,
  normalizedAgent: [
    { agent: listedAgent, promptText: 'Be kind.' },
    { agent: { ...listedAgent, webhook: null }, promptText: null },
  ],
  phoneNumber: [
    { ...owned(), ...numberFields, inbound_agent: agent, telephony_account_connection: twilio },
    { ...owned(), ...numberFields, inbound_agent: null, telephony_account_connection: null },
  ],
  normalizedPhoneNumber: [
    { ...owned(), ...numberFields, inbound_agent: agent.id, telephony_account_connection: twilio.id },
    { ...owned(), ...numberFields, inbound_agent: null, telephony_account_connection: null },
  ],
  call: calls,
  normalizedCall: [
    {
      ...callFields,
      start_time: 1_767_225_600.5,
      end_time: null,
      agent: agent.id,
      telephony_account_connection: null,
    },
  ],
  usage: [
    { user_id, plan_type: 'plan_unlimited', monthly_usage_minutes: 0, monthly_usage_limit_minutes: null },
    { user_id, plan_type: 'plan_free', monthly_usage_minutes: 3, monthly_usage_limit_minutes: 60 },
  ],
};

function fail(): never {
  throw new Error('there are no agents');
}
