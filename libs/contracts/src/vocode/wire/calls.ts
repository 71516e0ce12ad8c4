import { z } from 'zod';
import { uuid } from '../../fields';
import { callStage, callStageOutcome, callStatus } from '../calls';
import { twilioAccountConnection } from './account-connections';
import { agent } from './agents';
import { defaulted, owned, textMap } from './documented';
import { telephonyProvider } from './numbers';

export const vonageTelephonyMetadata = z.object({
  type: defaulted(z.literal('telephony_metadata_vonage'), 'telephony_metadata_vonage'),
});
export const twilioTelephonyMetadata = z.object({
  type: defaulted(z.literal('telephony_metadata_twilio'), 'telephony_metadata_twilio'),
  call_sid: z.string().nullable(),
  call_status: z.string().nullable(),
  transfer_call_sid: z.string().nullable(),
  transfer_call_status: z.string().nullable(),
  conference_sid: z.string().nullable(),
});

const callFields = {
  status: defaulted(callStatus, 'not_started'),
  error_message: z.string().nullable(),
  recording_available: defaulted(z.boolean(), false),
  transcript: z.string().nullable(),
  human_detection_result: z.enum(['human', 'no_human']).nullable(),
  do_not_call_result: z.boolean().nullable(),
  telephony_id: z.string().nullable(),
  stage: callStage.nullable(),
  stage_outcome: callStageOutcome.nullable(),
  telephony_metadata: z
    .discriminatedUnion('type', [vonageTelephonyMetadata, twilioTelephonyMetadata])
    .nullable(),
  to_number: z.string(),
  from_number: z.string(),
  telephony_provider: telephonyProvider,
  agent_phone_number: z.string(),
  hipaa_compliant: defaulted(z.boolean(), false),
  on_no_human_answer: z.enum(['continue', 'hangup']).nullable(),
  context: textMap.nullable(),
  run_do_not_call_detection: z.boolean().nullable(),
  telephony_params: textMap.nullable(),
  /** Ours: what the caller gave with the call. */
  metadata: textMap.nullable(),
};

export const call = owned.extend({
  ...callFields,
  start_time: z.string().nullable(),
  end_time: z.string().nullable(),
  agent,
  telephony_account_connection: twilioAccountConnection.nullable(),
});

/**
 * A call in a list. Times are seconds since 1970, but for the Node SDK, which fails on numbers: its lists have the
 * texts of single calls.
 */
export const normalizedCall = owned.extend({
  ...callFields,
  start_time: z.union([z.number(), z.string()]).nullable(),
  end_time: z.union([z.number(), z.string()]).nullable(),
  agent: uuid,
  telephony_account_connection: z.union([uuid, twilioAccountConnection]).nullable(),
});

export type Call = z.output<typeof call>;
export type NormalizedCall = z.output<typeof normalizedCall>;
