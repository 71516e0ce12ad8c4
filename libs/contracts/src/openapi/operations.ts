import { z } from 'zod';
import { phoneNumberText, uuid } from '../fields';
import { listQuery } from '../lists';
import {
  accountConnectionParams,
  accountConnectionUpdateParams,
  addToSteeringPoolParams,
  removeFromSteeringPoolParams,
} from '../vocode/account-connections';
import { actionParams, actionUpdateParams } from '../vocode/actions';
import { agentParams, agentUpdateParams } from '../vocode/agents';
import { createCallParams } from '../vocode/calls';
import { buyNumberParams, linkNumberParams, updateNumberParams } from '../vocode/numbers';
import { promptParams, promptUpdateParams } from '../vocode/prompts';
import { pineconeVectorDatabaseParams, pineconeVectorDatabaseUpdateParams } from '../vocode/vector-databases';
import { voiceParams, voiceUpdateParams } from '../vocode/voices';
import { webhookParams, webhookUpdateParams } from '../vocode/webhooks';

/** What an operation answers: a component, a list of them, or something that is no JSON of ours. */
export type Answer =
  | { readonly kind: 'object'; readonly component: string }
  /** Pages have a component of their own in all vintages but the first, which has bare arrays of the items. */
  | { readonly kind: 'list'; readonly page: string; readonly item: string }
  | { readonly kind: 'audio' }
  | { readonly kind: 'text' };

/** One operation of the public API. The gateway routes these and no other; the document says the same of them. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  /** With `{id}` where the path has a parameter. */
  readonly path: string;
  /** As in the reference. */
  readonly operationId: string;
  readonly tag: string | null;
  readonly summary: string;
  readonly description?: string;
  readonly query: z.ZodObject | null;
  readonly body: {
    readonly schema: z.ZodType;
    readonly isRequired: boolean;
    readonly defaultsTo?: unknown;
  } | null;
  readonly answer: Answer;
  /** Without a key. */
  readonly isOpen?: boolean;
  /** Vocode's documentation shows it by mistake; its clients may have believed it. */
  readonly isErratum?: boolean;
}

export const idQuery = z.object({ id: uuid });
export const numberQuery = z.object({ phone_number: phoneNumberText });

interface Resource {
  readonly path: string;
  /** In operation ids. */
  readonly one: string;
  readonly many: string;
  /** In prose. */
  readonly noun: string;
  readonly params: z.ZodType;
  readonly updateParams: z.ZodType;
  readonly component: string;
  readonly page: string;
  readonly item: string;
}

/** The four operations that every kind of stored object has. */
function ofResource(resource: Resource): Operation[] {
  const { path, one, many, noun, params, updateParams, component, page, item } = resource;
  const answer: Answer = { kind: 'object', component };
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
  return [
    read(path, `get_${one}`, `Shows ${article} ${noun}`, { query: idQuery, answer }),
    read(`${path}/list`, `list_${many}`, `Lists ${noun}s, the newest first`, {
      query: listQuery,
      answer: { kind: 'list', page, item },
    }),
    write(`${path}/create`, `create_${one}`, `Makes ${article} ${noun}`, { body: whole(params), answer }),
    write(`${path}/update`, `update_${one}`, `Changes what is given of ${article} ${noun}`, {
      query: idQuery,
      body: whole(updateParams),
      answer,
    }),
  ];
}

type Rest = Partial<Pick<Operation, 'query' | 'body' | 'description' | 'isErratum'>> &
  Pick<Operation, 'answer'>;

function operation(method: Operation['method']) {
  return (path: string, operationId: string, summary: string, rest: Rest): Operation => {
    const tag = path.split('/')[0] ?? path;
    return { method, path: `/v1/${path}`, operationId, tag, summary, query: null, body: null, ...rest };
  };
}
const read = operation('GET');
const write = operation('POST');

const whole = (schema: z.ZodType) => ({ schema, isRequired: true });
const object = (component: string): Answer => ({ kind: 'object', component });

const ofNumbers: Operation[] = [
  read('numbers/list', 'list_numbers', 'Lists phone numbers, the newest first', {
    query: listQuery,
    answer: { kind: 'list', page: 'PhoneNumberPage', item: 'NormalizedPhoneNumber' },
  }),
  read('numbers', 'get_number', 'Shows a phone number', {
    query: numberQuery,
    answer: object('PhoneNumber'),
  }),
  write('numbers/buy', 'buy_number', 'Buys a phone number and puts an agent on it', {
    description:
      'The number comes from this deployment’s carrier, or from the connected account that is named. Without ' +
      '`inbound_agent` it gets a plain agent, which can be changed. `Idempotency-Key` makes a repeat safe for 24 hours.',
    body: {
      schema: buyNumberParams.nullish(),
      isRequired: false,
      defaultsTo: { telephony_provider: 'vonage' },
    },
    answer: object('PhoneNumber'),
  }),
  write('numbers/update', 'update_number', 'Changes a phone number, or the agent on it', {
    query: numberQuery,
    body: whole(updateNumberParams),
    answer: object('PhoneNumber'),
  }),
  write('numbers/cancel', 'cancel_number', 'Gives a phone number back', {
    description: 'A number of a connected account stays in that account and only ceases to be answered here.',
    query: numberQuery,
    answer: object('PhoneNumber'),
  }),
  write('numbers/link', 'link_number', 'Uses a phone number of a connected Twilio account', {
    body: whole(linkNumberParams),
    answer: object('PhoneNumber'),
  }),
];

const ofCalls: Operation[] = [
  read('calls/list', 'list_calls', 'Lists calls, the newest first', {
    query: listQuery,
    answer: { kind: 'list', page: 'CallPage', item: 'NormalizedCall' },
  }),
  read('calls', 'get_call', 'Shows a call', { query: idQuery, answer: object('Call') }),
  read('calls/get', 'get_call_by_name', 'Shows a call', {
    query: idQuery,
    answer: object('Call'),
    isErratum: true,
  }),
  write('calls/end', 'end_call', 'Ends a call', { query: idQuery, answer: object('Call') }),
  write('calls/create', 'create_call', 'Places a call', {
    description:
      'Answers as soon as the call is placed; webhooks, or reading the call, tell how it goes on. `Idempotency-Key` makes ' +
      'a repeat safe for 24 hours.',
    body: whole(createCallParams),
    answer: object('Call'),
  }),
  read('calls/recording', 'get_recording', 'The recording of a call', {
    description: '404 until the call has one: see `recording_available`.',
    query: idQuery,
    answer: { kind: 'audio' },
  }),
  read('calls/recording/{id}', 'get_recording_by_path', 'The recording of a call', {
    answer: { kind: 'audio' },
    isErratum: true,
  }),
];

const ofSteeringPools: Operation[] = [
  write(
    'account_connections/add_to_steering_pool',
    'add_to_steering_pool',
    'Adds a number to the pool that transfers of a Twilio account borrow from',
    {
      description: 'Without a number, one is bought on that account.',
      query: idQuery,
      body: { schema: addToSteeringPoolParams.nullish(), isRequired: false },
      answer: object('TwilioAccountConnection'),
    },
  ),
  write(
    'account_connections/remove_from_steering_pool',
    'remove_from_steering_pool',
    'Takes a number out of the pool; the account keeps it',
    {
      query: idQuery,
      body: whole(removeFromSteeringPoolParams),
      answer: object('TwilioAccountConnection'),
    },
  ),
];

const resources: Resource[] = [
  {
    path: 'actions',
    one: 'action',
    many: 'actions',
    noun: 'action',
    params: actionParams,
    updateParams: actionUpdateParams,
    component: 'ActionResponseModel',
    page: 'ActionPage',
    item: 'ActionResponseModel',
  },
  {
    path: 'agents',
    one: 'agent',
    many: 'agents',
    noun: 'agent',
    params: agentParams,
    updateParams: agentUpdateParams,
    component: 'Agent',
    page: 'AgentPage',
    item: 'NormalizedAgent',
  },
  {
    path: 'voices',
    one: 'voice',
    many: 'voices',
    noun: 'voice',
    params: voiceParams,
    updateParams: voiceUpdateParams,
    component: 'VoiceResponseModel',
    page: 'VoicePage',
    item: 'VoiceResponseModel',
  },
  {
    path: 'webhooks',
    one: 'webhook',
    many: 'webhooks',
    noun: 'webhook',
    params: webhookParams,
    updateParams: webhookUpdateParams,
    component: 'Webhook',
    page: 'WebhookPage',
    item: 'Webhook',
  },
  {
    path: 'prompts',
    one: 'prompt',
    many: 'prompts',
    noun: 'prompt',
    params: promptParams,
    updateParams: promptUpdateParams,
    component: 'Prompt',
    page: 'PromptPage',
    item: 'NormalizedPrompt',
  },
  {
    path: 'vector_databases',
    one: 'vector_database',
    many: 'vector_databases',
    noun: 'vector database',
    params: pineconeVectorDatabaseParams,
    updateParams: pineconeVectorDatabaseUpdateParams,
    component: 'PineconeVectorDatabase',
    page: 'VectorDatabasePage',
    item: 'PineconeVectorDatabase',
  },
  {
    path: 'account_connections',
    one: 'account_connection',
    many: 'account_connections',
    noun: 'connected account',
    params: accountConnectionParams,
    updateParams: accountConnectionUpdateParams,
    component: 'AccountConnectionResponseModel',
    page: 'AccountConnectionPage',
    item: 'AccountConnectionResponseModel',
  },
];

/** Every operation of the public API, once. */
export const operations: readonly Operation[] = [
  ...ofNumbers,
  ...ofCalls,
  read('usage', 'get_usage', 'Minutes of calls in this month, and the plan', { answer: object('Usage') }),
  ...resources.flatMap(ofResource),
  ...ofSteeringPools,
  {
    method: 'GET',
    path: '/metrics',
    operationId: 'metrics_metrics_get',
    tag: null,
    summary: 'Metrics of this gateway, for Prometheus',
    query: null,
    body: null,
    answer: { kind: 'text' },
    isOpen: true,
  },
];
