import type { CallEvent } from '@parley/contracts';
import type { AttemptOutcome, DeliveredEvent, DeliveryTarget, NextAttempt } from '@parley/deliveries';
import { newId } from '@parley/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { claimSql, lockQueuesSql, settleQueuesSql, wakeQueueSql } from './claim.sql';

export interface AcceptedEvent {
  readonly event: CallEvent;
  /** Whom it goes to; null when its endpoint does not want it. */
  readonly endpointId: string | null;
}

/** A delivery that this process may attempt until its lease ends. */
export interface ClaimedDelivery {
  readonly userId: string;
  readonly endpointId: string;
  readonly leaseId: string;
  /** From 1. */
  readonly attempt: number;
  readonly event: DeliveredEvent;
  /** As it is now; undefined when it was deleted since. */
  readonly target: DeliveryTarget | undefined;
}

export interface ClaimOptions {
  readonly limit: number;
  readonly leaseMs: number;
  readonly maxInFlightPerEndpoint: number;
}

/** How one attempt went. */
export interface AttemptRecord {
  readonly outcome: AttemptOutcome;
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly response: Buffer;
  readonly durationMs: number;
}

interface ClaimedRow {
  readonly user_id: string;
  readonly id: string;
  readonly endpoint_id: string;
  readonly call_id: string;
  readonly sequence: number;
  readonly attempts: number;
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly metadata: Record<string, string> | null;
  /** bigint: the driver gives text. */
  readonly created_at_ms: string;
  readonly url: string | null;
  readonly method: DeliveryTarget['method'] | null;
}

/** The queue of deliveries, in Postgres. Time is the database's, so that processes need not agree on theirs. */
export class DeliveryStore {
  constructor(private readonly database: DataSource) {}

  /** Adds events and their deliveries, all or none; what is there already stays as it is. */
  async add(accepted: readonly AcceptedEvent[]): Promise<void> {
    if (accepted.length === 0) return;
    const rows = accepted.map(({ event, endpointId }) => ({ ...event, endpoint_id: endpointId }));
    await this.database.query(
      `WITH told AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS told (
           user_id uuid, event_id uuid, call_id uuid, sequence integer, type text, payload jsonb,
           metadata jsonb, created_at_ms bigint, endpoint_id uuid)
       ), stored AS (
         INSERT INTO events (user_id, id, call_id, sequence, type, payload, metadata, created_at_ms)
         SELECT user_id, event_id, call_id, sequence, type, payload, metadata, created_at_ms FROM told ORDER BY event_id
         ON CONFLICT DO NOTHING
       ), woken AS (
         INSERT INTO queues (user_id, endpoint_id, due_at)
         SELECT DISTINCT user_id, endpoint_id, now() FROM told WHERE endpoint_id IS NOT NULL ORDER BY 1, 2
         ON CONFLICT (user_id, endpoint_id) DO UPDATE SET due_at = now() WHERE queues.due_at > now()
       )
       INSERT INTO deliveries (user_id, id, endpoint_id, call_id, sequence)
       SELECT user_id, event_id, endpoint_id, call_id, sequence FROM told WHERE endpoint_id IS NOT NULL
       ORDER BY event_id ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }

  /** Leases deliveries that are due; see `claimSql` for which are. */
  async claim({ limit, leaseMs, maxInFlightPerEndpoint }: ClaimOptions): Promise<ClaimedDelivery[]> {
    const leaseId = newId();
    return this.database.transaction(async (manager) => {
      const locked = await manager.query<{ user_id: string; endpoint_id: string }[]>(lockQueuesSql, [limit]);
      if (locked.length === 0) return [];
      const queues = [locked.map((queue) => queue.user_id), locked.map((queue) => queue.endpoint_id)];
      const claiming = [...queues, limit, leaseMs / 1_000, maxInFlightPerEndpoint, leaseId];
      const rows = await manager.query<ClaimedRow[]>(claimSql, claiming);
      // Those that were cut off by the limit have their turn as soon as there is room.
      const lookAgainS = rows.length === limit ? 0 : 1;
      await manager.query(settleQueuesSql, [...queues, lookAgainS]);
      return rows.map((row) => toClaimed(row, leaseId));
    });
  }

  /**
   * Records an attempt and what follows it, and gives the lease back.
   * @returns false when the lease had been lost; the attempt is recorded all the same, and decides nothing.
   */
  async finish(claimed: ClaimedDelivery, record: AttemptRecord, next: NextAttempt): Promise<boolean> {
    const { userId, event, endpointId, leaseId, attempt } = claimed;
    return this.database.transaction(async (manager) => {
      await wake(manager, claimed);
      await manager.query(
        `INSERT INTO attempts (user_id, id, event_id, endpoint_id, number, outcome, status, error, response, duration_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          userId,
          newId(),
          event.eventId,
          endpointId,
          attempt,
          record.outcome,
          record.status ?? null,
          record.error ?? null,
          record.response,
          Math.round(record.durationMs),
        ],
      );
      const state = next.kind === 'retry' ? 'pending' : next.kind;
      const [, count] = await manager.query<[unknown, number]>(
        `UPDATE deliveries SET attempts = attempts + 1, state = $5, lease_id = NULL, lease_until = NULL,
           next_attempt_at = now() + make_interval(secs => $6),
           finished_at = CASE WHEN $5 = 'pending' THEN NULL ELSE now() END
         WHERE user_id = $1 AND id = $2 AND endpoint_id = $3 AND lease_id = $4`,
        [userId, event.eventId, endpointId, leaseId, state, next.kind === 'retry' ? next.delayMs / 1_000 : 0],
      );
      return count > 0;
    });
  }

  /** Ends a delivery whose endpoint was deleted. */
  async cancel(claimed: ClaimedDelivery): Promise<void> {
    await this.endLease(claimed, `state = 'cancelled', finished_at = now()`);
  }

  /** Gives the lease back with nothing done: the delivery is due as it was. */
  async release(claimed: ClaimedDelivery): Promise<void> {
    await this.endLease(claimed, 'state = state');
  }

  private async endLease(claimed: ClaimedDelivery, change: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await wake(manager, claimed);
      await manager.query(
        `UPDATE deliveries SET ${change}, lease_id = NULL, lease_until = NULL
         WHERE user_id = $1 AND id = $2 AND endpoint_id = $3 AND lease_id = $4`,
        [claimed.userId, claimed.event.eventId, claimed.endpointId, claimed.leaseId],
      );
    });
  }
}

/** Before anything is done to a delivery: a queue's lock comes first. */
async function wake(manager: EntityManager, { userId, endpointId }: ClaimedDelivery): Promise<void> {
  await manager.query(wakeQueueSql, [userId, endpointId]);
}

function toClaimed(row: ClaimedRow, leaseId: string): ClaimedDelivery {
  return {
    userId: row.user_id,
    endpointId: row.endpoint_id,
    leaseId,
    attempt: row.attempts + 1,
    event: {
      eventId: row.id,
      callId: row.call_id,
      type: row.type,
      payload: row.payload,
      sequence: row.sequence,
      createdAtMs: Number(row.created_at_ms),
      ...(row.metadata && { metadata: row.metadata }),
    },
    target: row.url !== null && row.method !== null ? { url: row.url, method: row.method } : undefined,
  };
}
