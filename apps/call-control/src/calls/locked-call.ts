import {
  advanceCall,
  callEndMs,
  callError,
  callStatus,
  CallLife,
  CallTimings,
  checkDueAtMs,
  connectedMs,
  LifeEffect,
  LifeEvent,
  toDigits,
} from '@parley/calls';
import { CallEvent, eventSubject } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { writeOutbox } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { CallRow } from '../rows/call.row';
import { countUsage } from '../usage/usage-months';
import { appendToLog, LogEntry, readTranscripts } from './call-log';
import { NextFact, takeFacts } from './fact-inbox';
import { storable } from './storable';

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

/** What is left to be done at the carrier once the change is committed. */
export type FollowUp = Extract<LifeEffect, { type: 'hang_up' | 'ask_carrier' | 'go_on' }>;

export interface CallRules extends CallTimings {
  /** How long a missing fact is waited for. */
  readonly gapMs: number;
}

/**
 * A call whose row this transaction holds: the only place where its life, its log and its events are written, so that
 * all three have one order. Changes stay in memory until `save`.
 */
export class LockedCall {
  readonly followUps: FollowUp[] = [];
  private readonly events: CallEvent[] = [];
  private gapSince: Date | null = null;

  constructor(
    readonly manager: EntityManager,
    readonly row: CallRow,
    private readonly rules: CallRules,
    readonly now: Date,
  ) {}

  get life(): CallLife {
    return this.row.life;
  }

  /** Moves the call on and tells what follows from it. */
  async advance(event: WithoutTime<LifeEvent>): Promise<void> {
    const [life, effects] = advanceCall(
      this.row.life,
      storable({ ...event, atMs: this.now.getTime() }),
      this.rules,
    );
    this.row.life = life;
    for (const effect of effects) await this.carryOut(effect);
  }

  /** Writes down what an operator should find on the call. */
  async noteProblem(problem: { readonly code: string; readonly message: string }): Promise<void> {
    await this.log({ type: 'problem', ...storable(problem) }, this.now);
  }

  /** Takes stored facts into the log, in order; with `all`, past every hole. */
  async applyFacts(options: { readonly all: boolean }): Promise<void> {
    // After the end there is nothing left to wait for.
    const all = options.all || this.life.endedAtMs !== null;
    const look = await takeFacts(this.manager, this.row, { now: this.now, gapMs: this.rules.gapMs, all });
    this.gapSince = look.gapSince;
    for (const fact of look.next) await this.applyFact(fact);
  }

  /** Writes everything down. Call once, at the end of the transaction. */
  async save(): Promise<void> {
    const { row } = this;
    row.status = callStatus(row.life);
    row.startedAt = dateOf(row.life.connectedAtMs);
    row.endedAt = dateOf(callEndMs(row.life));
    row.checkAt = this.nextCheck();
    for (const event of this.events) await this.insertEvent(event);
    await this.manager.query(
      `UPDATE calls SET status = $3, life = $4::jsonb, instance = $5, last_sequence = $6, last_position = $7,
         check_at = $8, started_at = $9, ended_at = $10 WHERE user_id = $1 AND id = $2`,
      [
        row.userId,
        row.id,
        row.status,
        JSON.stringify(row.life),
        row.instance,
        row.lastSequence,
        row.lastPosition,
        row.checkAt,
        row.startedAt,
        row.endedAt,
      ],
    );
    await writeOutbox(
      this.manager,
      ...this.events.map((event) => ({
        id: event.event_id,
        subject: eventSubject(event.user_id),
        payload: event,
      })),
    );
  }

  get hasEvents(): boolean {
    return this.events.length > 0;
  }

  private async carryOut(effect: LifeEffect): Promise<void> {
    switch (effect.type) {
      case 'connected':
        this.tell('event_phone_call_connected', {
          to_phone_number: toDigits(this.row.toNumber),
          from_phone_number: toDigits(this.row.fromNumber),
        });
        return;
      case 'did_not_connect':
        this.tell('event_phone_call_did_not_connect', { telephony_status: effect.carrierStatus });
        return;
      case 'ended':
        return this.tellEnd();
      default:
        this.followUps.push(effect);
    }
  }

  private async tellEnd(): Promise<void> {
    await this.applyFacts({ all: true });
    await this.forgetWords();
    const { life } = this;
    await countUsage(this.manager, this.row);
    this.tell('event_phone_call_ended', {
      conversation_minutes: connectedMs(life) / 60_000,
      status: callStatus(life),
      stage_outcome: life.stageOutcome,
      error_message: callError(life),
    });
    const { userId, id, options } = this.row;
    if (life.connectedAtMs === null || options.hipaaCompliant) return;
    const transcripts = await readTranscripts(this.manager, userId, [id]);
    this.tell('event_transcript', { transcript: transcripts.get(id) ?? '' });
  }

  /** Nobody takes the conversation up again: what it was started from need not rest here any longer. */
  private async forgetWords(): Promise<void> {
    const { userId, id, options } = this.row;
    if (options.sealedWords === undefined) return;
    await this.manager.query(
      `UPDATE calls SET options = options - 'sealedWords' WHERE user_id = $1 AND id = $2`,
      [userId, id],
    );
  }

  private async applyFact(fact: NextFact): Promise<void> {
    if (fact.missed) await this.log({ type: 'gap', before: fact.n }, fact.at);
    await this.log(fact.body, fact.at);
    const { body } = fact;
    if (body.type === 'message') {
      if (this.row.options.hipaaCompliant) return;
      this.tell('event_message', {
        text: body.text,
        sender: body.sender,
        timestamp: body.started_at_ms / 1000,
        interrupted: body.interrupted,
      });
    } else if (body.type === 'action_started' || body.type === 'action_finished') {
      this.tell('event_action', {
        action_type: body.action_type,
        tool_call_id: body.tool_call_id,
        action_input: body.input,
        ...(body.type === 'action_finished' && { action_output: body.output }),
      });
    } else if (body.type === 'detached') {
      await this.advance({ type: 'detached', stint: fact.stint });
    }
  }

  private async log(entry: LogEntry, at: Date): Promise<void> {
    await appendToLog(this.manager, this.row, this.row.lastPosition, [{ entry, at }]);
    this.row.lastPosition += 1;
  }

  private tell(type: CallEvent['type'], payload: Record<string, unknown>): void {
    this.row.lastSequence += 1;
    this.events.push({
      event_id: newId(),
      user_id: this.row.userId,
      call_id: this.row.id,
      sequence: this.row.lastSequence,
      type,
      payload,
      created_at_ms: this.now.getTime(),
      webhook_id: this.row.agent.webhook?.id ?? null,
      ...(this.row.options.metadata && { metadata: this.row.options.metadata }),
    });
  }

  private async insertEvent(event: CallEvent): Promise<void> {
    await this.manager.query(
      `INSERT INTO events (user_id, call_id, sequence, id, type, payload, created_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)`,
      [
        event.user_id,
        event.call_id,
        event.sequence,
        event.event_id,
        event.type,
        JSON.stringify(event.payload),
        this.now,
      ],
    );
  }

  private nextCheck(): Date | null {
    const gapDueMs = this.gapSince ? this.gapSince.getTime() + this.rules.gapMs : Infinity;
    const dueMs = Math.min(checkDueAtMs(this.life, this.rules), gapDueMs);
    return Number.isFinite(dueMs) ? new Date(dueMs) : null;
  }
}

function dateOf(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
