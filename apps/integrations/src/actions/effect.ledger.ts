import { randomUUID } from 'node:crypto';
import type { ActionRun } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { DataSource } from 'typeorm';
import { senderGone } from './action-outcome';
import type { ActionOutcome, SettledState } from './action-outcome';

/** What names an effect. */
export interface EffectKey {
  readonly userId: string;
  readonly callId: string;
  readonly toolCallId: string;
}

export interface NewEffect {
  readonly actionId: string;
  /** Of the action and its input: the same key with another one is another effect, which is refused. */
  readonly fingerprint: string;
  /** Null where it may not be kept. */
  readonly input: Readonly<Record<string, unknown>> | null;
}

export type Claim =
  /** To be carried out by who asked, under this lease. */
  | { readonly kind: 'ours'; readonly lease: string }
  /** `answer`: null when it was not kept. */
  | { readonly kind: 'settled'; readonly state: SettledState; readonly answer: ActionRun | null }
  /** Somebody else is at it: ask again. */
  | { readonly kind: 'busy' };

export interface EffectLeases {
  /** From the claim to the beginning of the sending. */
  readonly pendingMs: number;
  /** From the beginning of the sending to the record of what came of it. More than a request may last. */
  readonly sentMs: number;
}

export const defaultLeases: EffectLeases = { pendingMs: 3_000, sentMs: 12_000 };

interface EffectRow {
  readonly fingerprint: string;
  readonly state: SettledState | 'pending' | 'sent';
  readonly answer: ActionRun | null;
  readonly lapsed: boolean;
}

const ofKey = 'user_id = $1 AND call_id = $2 AND tool_call_id = $3';

/**
 * One row an effect outside, so that none happens twice unnoticed. Its life, and what a process's death means in it:
 *
 * - before the row is there: nothing happened; a repeat begins anew.
 * - `pending` (claimed, under a lease): nothing was sent, and nothing will be, for sending begins with a write that only
 *   the holder of the lease can make. When the lease is over a repeat takes it over; the one that was only slow finds its
 *   lease gone, and sends nothing.
 * - `sent` (written and committed before the first byte goes out, and before connecting: a client cannot stop between
 *   the two): the request may have arrived. It is never sent again. When the lease is over it becomes `unknown`, by a
 *   repeat or by the sweep, and that is the answer.
 * - after the answer came, before it is written: as `sent`. A process that was only slow still writes what it learnt.
 * - `done`, `failed`, `unknown`: a repeat gets the answer that was written.
 */
export class EffectLedger {
  constructor(
    private readonly database: DataSource,
    private readonly leases: EffectLeases = defaultLeases,
  ) {}

  /** @throws CONFLICT `ACTION.OTHER_INPUT` when the key belongs to another effect. */
  async claim(key: EffectKey, effect: NewEffect): Promise<Claim> {
    const lease = randomUUID();
    const inserted = await this.database.query<unknown[]>(
      `INSERT INTO effects (user_id, call_id, tool_call_id, action_id, fingerprint, input, state, lease, lease_until)
       VALUES ($1, $2, $3, $4, $5, $6::json, 'pending', $7, now() + make_interval(secs => $8))
       ON CONFLICT DO NOTHING RETURNING 1`,
      [
        ...[...valuesOf(key), effect.actionId, effect.fingerprint],
        ...[effect.input && JSON.stringify(effect.input), lease, this.leases.pendingMs / 1_000],
      ],
    );
    if (inserted.length > 0) return { kind: 'ours', lease };
    const row = await this.find(key);
    // Pruned just now.
    if (!row) return { kind: 'busy' };
    if (row.fingerprint !== effect.fingerprint) throw otherInput();
    return this.claimKnown(key, row, lease);
  }

  /** Commits that the request is being sent; false when the lease is no longer ours, and nothing may be sent. */
  async beginSending(key: EffectKey, lease: string): Promise<boolean> {
    return this.changes(
      `UPDATE effects SET state = 'sent', sent_at = now(), lease_until = now() + make_interval(secs => $5)
       WHERE ${ofKey} AND lease = $4 AND state = 'pending' RETURNING 1`,
      [...valuesOf(key), lease, this.leases.sentMs / 1_000],
    );
  }

  /** Writes what came of it. `keepAnswer`: false where it may not be kept. */
  async settle(key: EffectKey, lease: string, outcome: ActionOutcome, keepAnswer: boolean): Promise<void> {
    await this.changes(
      `UPDATE effects SET state = $5, reason = $6, answer = $7::json, settled_at = now(), lease_until = NULL
       WHERE ${ofKey} AND lease = $4 AND state IN ('pending', 'sent', 'unknown') RETURNING 1`,
      [
        ...[...valuesOf(key), lease, outcome.state, outcome.reason],
        keepAnswer ? JSON.stringify(outcome.answer) : null,
      ],
    );
  }

  /** Marks what was sent by processes that are gone, whether or not anyone repeats it; gives how many. */
  async settleForsaken(limit = 1_000): Promise<number> {
    const { reason } = senderGone();
    const [, count] = await this.database.query<[unknown, number]>(
      `UPDATE effects SET state = 'unknown', reason = $1, settled_at = now(), lease_until = NULL
       WHERE (user_id, call_id, tool_call_id) IN (
         SELECT user_id, call_id, tool_call_id FROM effects
         WHERE state = 'sent' AND lease_until < now() LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [reason, limit],
    );
    return count;
  }

  /** Forgets effects older than that, at most `limit`; gives how many. */
  async prune(olderThanMs: number, limit = 5_000): Promise<number> {
    const [, count] = await this.database.query<[unknown, number]>(
      `DELETE FROM effects WHERE (user_id, call_id, tool_call_id) IN (
         SELECT user_id, call_id, tool_call_id FROM effects
         WHERE created_at < now() - make_interval(secs => $1) ORDER BY created_at LIMIT $2)`,
      [olderThanMs / 1_000, limit],
    );
    return count;
  }

  private async claimKnown(key: EffectKey, row: EffectRow, lease: string): Promise<Claim> {
    const { state, answer, lapsed } = row;
    if (state !== 'pending' && state !== 'sent') return { kind: 'settled', state, answer };
    if (!lapsed) return { kind: 'busy' };
    if (state === 'pending') {
      const taken = await this.changes(
        `UPDATE effects SET lease = $4, lease_until = now() + make_interval(secs => $5)
         WHERE ${ofKey} AND state = 'pending' AND lease_until < now() RETURNING 1`,
        [...valuesOf(key), lease, this.leases.pendingMs / 1_000],
      );
      return taken ? { kind: 'ours', lease } : { kind: 'busy' };
    }
    const { reason, answer: told } = senderGone();
    // The lease's name stays, so that its holder, should it still live, can write what it learns.
    const marked = await this.changes(
      `UPDATE effects SET state = 'unknown', reason = $4, answer = $5::json, settled_at = now(), lease_until = NULL
       WHERE ${ofKey} AND state = 'sent' AND lease_until < now() RETURNING 1`,
      [...valuesOf(key), reason, JSON.stringify(told)],
    );
    return marked ? { kind: 'settled', state: 'unknown', answer: told } : { kind: 'busy' };
  }

  private async find(key: EffectKey): Promise<EffectRow | undefined> {
    const rows = await this.database.query<EffectRow[]>(
      `SELECT fingerprint, state, answer, COALESCE(lease_until < now(), false) AS lapsed
       FROM effects WHERE ${ofKey}`,
      [...valuesOf(key)],
    );
    return rows[0];
  }

  private async changes(statement: string, values: readonly unknown[]): Promise<boolean> {
    const [rows] = await this.database.query<[unknown[], number]>(statement, [...values]);
    return rows.length > 0;
  }
}

const valuesOf = ({ userId, callId, toolCallId }: EffectKey) => [userId, callId, toolCallId] as const;

function otherInput(): AppError {
  return new AppError(
    'conflict',
    'ACTION.OTHER_INPUT',
    'This tool call was used for another action or with another input.',
  );
}
