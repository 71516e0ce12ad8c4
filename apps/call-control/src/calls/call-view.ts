import { callError, callStage, callStatus } from '@parley/calls';
import type { Call } from '@parley/contracts';
import { TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { agentNumber, CallRow } from '../rows/call.row';
import { callNotFound, legs } from './call-changes';
import { readTranscript } from './call-log';

/** The call as every answer shows it. @throws CALL.NOT_FOUND */
export async function viewCall(manager: EntityManager, userId: string, callId: string): Promise<Call> {
  const row = await new TenantRepository(manager, CallRow).find(userId, callId);
  if (!row) throw callNotFound();
  const { life, options } = row;
  const all = await legs(manager).list(userId, { where: { callId }, limit: 2 });
  const caller = all.find((leg) => leg.role === 'caller');
  const transfer = all.find((leg) => leg.role === 'transfer');
  return {
    id: row.id,
    user_id: row.userId,
    status: callStatus(life),
    error_message: callError(life),
    recording_available: false,
    transcript: options.hipaaCompliant ? null : await readTranscript(manager, row),
    human_detection_result: null,
    do_not_call_result: null,
    stage: callStage(life),
    stage_outcome: life.stageOutcome,
    direction: row.direction,
    start_time: life.connectedAtMs,
    end_time: life.endedAtMs === null ? null : (life.carrierEndedAtMs ?? life.endedAtMs),
    to_number: row.toNumber,
    from_number: row.fromNumber,
    agent_phone_number: agentNumber(row),
    agent: row.agent,
    telephony_provider: row.provider,
    carrier_call_sid: caller?.carrierSid ?? null,
    carrier_call_status: life.carrier,
    transfer_call_sid: transfer?.carrierSid ?? null,
    transfer_call_status: transfer?.carrierStatus ?? null,
    hipaa_compliant: options.hipaaCompliant,
    on_no_human_answer: options.onNoHumanAnswer,
    context: options.context,
    run_do_not_call_detection: options.runDoNotCallDetection,
    telephony_params: options.telephonyParams,
    metadata: options.metadata ?? null,
    telephony_account_connection: null,
  };
}
