import { callEndMs, callError, callStage, callStatus } from '@parley/calls';
import {
  accountConnectionAsks,
  Call,
  fittingItems,
  NormalizedCall,
  TwilioAccountConnection,
} from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import { TenantRepository } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { agentNumber, CallRow } from '../rows/call.row';
import type { LegRow } from '../rows/leg.row';
import { callNotFound, legs } from './call-changes';
import { readTranscripts } from './call-log';

/** What of a call's row an answer shows, beside its agent and its connection. */
type ShownRow = Pick<
  CallRow,
  'userId' | 'id' | 'direction' | 'fromNumber' | 'toNumber' | 'options' | 'provider' | 'life'
>;

type ShownLeg = Pick<LegRow, 'carrierSid' | 'carrierStatus'>;

interface ListedRow extends ShownRow {
  readonly agentId: string;
  readonly connectionId: string | null;
  readonly callerSid: string | null;
  readonly transferSid: string | null;
  readonly transferStatus: LegRow['carrierStatus'];
}

/** So many calls are read at once for a list: what does not fit its answer is not read much further. */
const callsAtOnce = 100;

/** Calls as answers show them. */
export class CallView {
  constructor(private readonly parts: { readonly database: DataSource; readonly asks: AskClient }) {}

  /** @throws CALL.NOT_FOUND */
  async one(userId: string, callId: string): Promise<Call> {
    const { manager } = this.parts.database;
    const row = await new TenantRepository(manager, CallRow).find(userId, callId);
    if (!row) throw callNotFound();
    const all = await legs(manager).list(userId, { where: { callId }, limit: 2 });
    const transcripts = row.options.hipaaCompliant
      ? undefined
      : await readTranscripts(manager, userId, [callId]);
    const caller = all.find((leg) => leg.role === 'caller');
    const transfer = all.find((leg) => leg.role === 'transfer');
    return {
      ...shown(row, { caller, transfer }, transcripts?.get(callId) ?? null),
      agent: row.agent,
      telephony_account_connection: await this.connection(userId, row.connectionId),
    };
  }

  /** That there is such a call. @throws CALL.NOT_FOUND */
  async require(userId: string, callId: string): Promise<void> {
    const found = await new TenantRepository(this.parts.database.manager, CallRow).count(userId, {
      id: callId,
    });
    if (found === 0) throw callNotFound();
  }

  /** Those of `callIds`, in their order, that fit one answer of a list; see `fittingItems`. */
  async several(userId: string, callIds: readonly string[]): Promise<NormalizedCall[]> {
    const items: NormalizedCall[] = [];
    for (let from = 0; from < callIds.length; from += callsAtOnce) {
      const stretch = callIds.slice(from, from + callsAtOnce);
      items.push(...(await this.listed(userId, stretch)));
      const fitting = fittingItems(items);
      if (fitting.length < items.length) return fitting;
    }
    return items;
  }

  private async listed(userId: string, callIds: readonly string[]): Promise<NormalizedCall[]> {
    const { manager } = this.parts.database;
    const [rows, transcripts] = await Promise.all([
      manager.query<ListedRow[]>(listedSql, [userId, callIds]),
      readTranscripts(manager, userId, callIds),
    ]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return callIds.flatMap((callId) => {
      const row = byId.get(callId);
      if (!row) return [];
      const legs = {
        caller: { carrierSid: row.callerSid, carrierStatus: null },
        transfer: { carrierSid: row.transferSid, carrierStatus: row.transferStatus },
      };
      const transcript = row.options.hipaaCompliant ? null : (transcripts.get(callId) ?? null);
      return [
        {
          ...shown(row, legs, transcript),
          agent: row.agentId,
          telephony_account_connection: row.connectionId,
        },
      ];
    });
  }

  private async connection(userId: string, id: string | null): Promise<TwilioAccountConnection | null> {
    if (id === null) return null;
    try {
      const found = await this.parts.asks.ask(accountConnectionAsks.get, { user_id: userId, id });
      return found.type === 'account_connection_twilio' ? found : null;
    } catch (error) {
      if (AppError.is(error) && error.kind === 'not_found') return null;
      throw error;
    }
  }
}

/** Without the agent as it was, which is large and kept apart. */
const listedSql = `
  SELECT c.user_id AS "userId", c.id, c.direction, c.from_number AS "fromNumber", c.to_number AS "toNumber",
    c.options, c.provider, c.life, c.agent_id AS "agentId", c.connection_id AS "connectionId",
    caller.carrier_sid AS "callerSid", transfer.carrier_sid AS "transferSid",
    transfer.carrier_status AS "transferStatus"
  FROM calls c
  LEFT JOIN legs caller ON caller.user_id = $1 AND caller.call_id = c.id AND caller.role = 'caller'
  LEFT JOIN legs transfer ON transfer.user_id = $1 AND transfer.call_id = c.id AND transfer.role = 'transfer'
  WHERE c.user_id = $1 AND c.id = ANY($2::uuid[])`;

function shown(
  row: ShownRow,
  { caller, transfer }: { caller: ShownLeg | undefined; transfer: ShownLeg | undefined },
  transcript: string | null,
): Omit<Call, 'agent' | 'telephony_account_connection'> {
  const { life, options } = row;
  return {
    id: row.id,
    user_id: row.userId,
    status: callStatus(life),
    error_message: callError(life),
    recording_available: false,
    transcript,
    human_detection_result: null,
    do_not_call_result: null,
    stage: callStage(life),
    stage_outcome: life.stageOutcome,
    direction: row.direction,
    start_time: life.connectedAtMs,
    end_time: callEndMs(life),
    to_number: row.toNumber,
    from_number: row.fromNumber,
    agent_phone_number: agentNumber(row),
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
  };
}
