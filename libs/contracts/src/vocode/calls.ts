import { z } from 'zod';
import {
  e164,
  epochMs,
  laxBoolean,
  orNull,
  owned,
  phoneNumberText,
  stringMap,
  text,
  uuid,
  withDefault,
} from '../fields';
import { twilioAccountConnection } from './account-connections';
import { agent, callAgentParams } from './agents';

export const callStatus = z.enum(['not_started', 'in_progress', 'error', 'ended']);
export const callStage = z.enum(['created', 'picked_up', 'transfer_started', 'transfer_successful']);
export const callStageOutcome = z.enum([
  'human_unanswered',
  'call_did_not_connect',
  'human_disconnected',
  'bot_disconnected',
  'transfer_unanswered',
  'transfer_disconnected',
]);
const onNoHumanAnswer = z.enum(['continue', 'hangup']);

const maxMetadataKeys = 16;

/** The caller's own notes on a call: shown on it and in each of its events, never acted upon. */
export const callMetadata = z
  .record(text(40).min(1), text(500))
  .refine((map) => Object.keys(map).length <= maxMetadataKeys, {
    error: `must not have more than ${maxMetadataKeys} keys`,
  })
  .meta({ maxProperties: maxMetadataKeys });

/** What a client sends to place a call. */
export const createCallParams = z.object({
  from_number: phoneNumberText,
  to_number: phoneNumberText,
  agent: z.union([uuid, callAgentParams]),
  on_no_human_answer: withDefault(onNoHumanAnswer, 'continue'),
  run_do_not_call_detection: orNull(laxBoolean),
  hipaa_compliant: withDefault(laxBoolean, false),
  context: orNull(stringMap),
  telephony_params: orNull(stringMap),
  metadata: orNull(callMetadata),
});

/** A call as it travels inside: numbers in E.164, times in epoch ms, the agent as it was when the call was made. */
export const call = owned.extend({
  status: callStatus,
  error_message: z.string().nullable(),
  recording_available: z.boolean(),
  transcript: z.string().nullable(),
  human_detection_result: z.enum(['human', 'no_human']).nullable(),
  do_not_call_result: z.boolean().nullable(),
  stage: callStage.nullable(),
  stage_outcome: callStageOutcome.nullable(),
  direction: z.enum(['inbound', 'outbound']),
  start_time: epochMs.nullable(),
  end_time: epochMs.nullable(),
  to_number: e164,
  from_number: e164,
  agent_phone_number: e164,
  agent,
  telephony_provider: z.enum(['vonage', 'twilio']),
  /** The carrier's id of the first leg, and what it last said of it. */
  carrier_call_sid: z.string().nullable(),
  carrier_call_status: z.string().nullable(),
  transfer_call_sid: z.string().nullable(),
  transfer_call_status: z.string().nullable(),
  hipaa_compliant: z.boolean(),
  on_no_human_answer: onNoHumanAnswer.nullable(),
  context: stringMap.nullable(),
  run_do_not_call_detection: z.boolean().nullable(),
  telephony_params: stringMap.nullable(),
  metadata: callMetadata.nullable().default(null),
  /** The user's own carrier account that the call goes through; null is the deployment's. */
  telephony_account_connection: twilioAccountConnection.nullable().default(null),
});

/** A call in a list: what it refers to as ids. */
export const normalizedCall = call.extend({
  agent: uuid,
  telephony_account_connection: uuid.nullable(),
});

/** What a list of calls can be sorted by. */
export const callSortColumns = [
  'id',
  'created_at',
  'start_time',
  'end_time',
  'status',
  'to_number',
  'from_number',
] as const;

export type Call = z.output<typeof call>;
export type NormalizedCall = z.output<typeof normalizedCall>;
export type CallMetadata = z.output<typeof callMetadata>;
export type CallSortColumn = (typeof callSortColumns)[number];
