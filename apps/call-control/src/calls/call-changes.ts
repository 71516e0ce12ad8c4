import { callStage, callStatus, CarrierStatus, laterStatus } from '@parley/calls';
import { CallFact, factWithoutWords } from '@parley/contracts';
import { AppError, Clock } from '@parley/kernel';
import type { Logger } from '@parley/messaging';
import { TenantRepository } from '@parley/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import { CallRow } from '../rows/call.row';
import { LegRow } from '../rows/leg.row';
import { storeFacts } from './fact-inbox';
import { CallRules, FollowUp, LockedCall } from './locked-call';

export interface Change<T> {
  readonly result: T;
  readonly followUps: readonly FollowUp[];
}

export interface CallChangesOptions {
  readonly database: DataSource;
  readonly clock: Clock;
  readonly rules: CallRules;
  readonly logger: Logger;
  /** Called after every commit that wrote events. */
  readonly onEvents: () => void;
}

export function callNotFound(): AppError {
  return new AppError('not_found', 'CALL.NOT_FOUND', 'Call not found');
}

export interface ChangeOptions {
  /** Makes the call, in the same transaction. */
  readonly create?: (manager: EntityManager) => Promise<unknown>;
  /** Newly arrived facts of the call, to be stored before all stored ones are taken in. */
  readonly facts?: readonly CallFact[];
}

/** The one way to change a call: one transaction under its row's lock. */
export class CallChanges {
  constructor(private readonly options: CallChangesOptions) {}

  /**
   * Takes in the stored facts of the call, then runs `work`. Both commit together, with the events that they told.
   * @throws CALL.NOT_FOUND
   */
  async change<T>(
    userId: string,
    callId: string,
    work: (call: LockedCall) => Promise<T> | T,
    options: ChangeOptions = {},
  ): Promise<Change<T>> {
    const { database, clock, rules, logger, onEvents } = this.options;
    const done = await database.transaction(async (manager) => {
      await options.create?.(manager);
      const row = await new TenantRepository(manager, CallRow).lock(userId, callId);
      if (!row) throw callNotFound();
      const call = new LockedCall(manager, row, rules, new Date(clock.nowMs()));
      const before = stateOf(row);
      if (options.facts) await storeFacts(manager, keptOf(row, options.facts), call.now);
      await call.applyFacts({ all: false });
      const result = await work(call);
      await call.save();
      const after = stateOf(row);
      const hasMoved = before.status !== after.status || before.stage !== after.stage;
      return { result, call, moved: hasMoved ? after : undefined };
    });
    if (done.call.hasEvents) onEvents();
    if (done.moved) logger.info({ callId, userId, ...done.moved }, 'call moved on');
    return { result: done.result, followUps: done.call.followUps };
  }

  get manager(): EntityManager {
    return this.options.database.manager;
  }

  now(): Date {
    return new Date(this.options.clock.nowMs());
  }
}

/** Media leaves words out where none are kept; should one not have, they are left out here. */
function keptOf({ options }: CallRow, facts: readonly CallFact[]): readonly CallFact[] {
  if (!options.hipaaCompliant) return facts;
  return facts.map((fact) => ({ ...fact, body: factWithoutWords(fact.body) }));
}

function stateOf({ life }: CallRow) {
  return {
    status: callStatus(life),
    stage: callStage(life),
    stageOutcome: life.stageOutcome,
    stint: life.stint,
  };
}

export function legs(manager: EntityManager): TenantRepository<LegRow> {
  return new TenantRepository(manager, LegRow);
}

export async function callerLeg(manager: EntityManager, userId: string, callId: string): Promise<LegRow> {
  const leg = await legs(manager).findBy(userId, { callId, role: 'caller' });
  if (!leg) throw new AppError('internal', 'CALL.NO_LEG', 'The call has lost its leg.');
  return leg;
}

/** Whose call this is; `undefined` when there is no such call. For those who know a call by its id alone. */
export async function ownerOf(manager: EntityManager, callId: string): Promise<string | undefined> {
  const rows = await manager.query<
    {
      user_id: string;
    }[]
  >('SELECT user_id FROM call_owners WHERE call_id = $1', [callId]);
  return rows[0]?.user_id;
}

/**
 * Notes the carrier's id of a leg, once. False when the leg has another one, or another leg has this one: then the
 * report is not about it. The call's row must be locked.
 */
export async function adoptSid(
  call: LockedCall,
  leg: LegRow,
  report: { readonly sid: string; readonly status?: CarrierStatus },
): Promise<boolean> {
  const { manager, row } = call;
  if (leg.carrierSid !== null && leg.carrierSid !== report.sid) return false;
  if (leg.carrierSid === null) {
    const noted = await manager.query<unknown[]>(
      `INSERT INTO carrier_sids (provider, sid, user_id, call_id, leg_id) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING RETURNING sid`,
      [row.provider, report.sid, row.userId, row.id, leg.id],
    );
    if (noted.length === 0) return false;
  }
  await legs(manager).update(row.userId, leg.id, {
    carrierSid: report.sid,
    dial: 'settled',
    ...(report.status && { carrierStatus: laterStatus(leg.carrierStatus, report.status) }),
  });
  return true;
}

export async function callOfSid(
  manager: EntityManager,
  provider: string,
  sid: string,
): Promise<{ userId: string; callId: string } | undefined> {
  const rows = await manager.query<{ user_id: string; call_id: string }[]>(
    'SELECT user_id, call_id FROM carrier_sids WHERE provider = $1 AND sid = $2',
    [provider, sid],
  );
  return rows[0] && { userId: rows[0].user_id, callId: rows[0].call_id };
}
