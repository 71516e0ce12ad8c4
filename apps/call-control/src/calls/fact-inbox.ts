import type { CallFact, FactBody } from '@parley/contracts';
import type { EntityManager } from 'typeorm';
import { storable } from './storable';

interface CallKey {
  readonly userId: string;
  readonly id: string;
}

/** A stored fact that is next in line. `missed`: facts before it never came and are not waited for any more. */
export interface NextFact {
  readonly stint: number;
  readonly n: number;
  readonly at: Date;
  readonly body: FactBody;
  readonly missed: boolean;
}

/** What the inbox holds for a call after a look at it. */
export interface InboxLook {
  readonly next: readonly NextFact[];
  /** Since when the oldest hole has been waited for; null when there is none. */
  readonly gapSince: Date | null;
}

interface StintRow {
  number: number;
  applied_n: number;
  gap_since: Date | null;
  fenced_at: Date | null;
}

/** Stores facts as they come: those that are there already are left alone. */
export async function storeFacts(
  manager: EntityManager,
  facts: readonly CallFact[],
  receivedAt: Date,
): Promise<void> {
  const rows = facts.map(({ user_id, call_id, stint, n, at_ms, body }) => ({
    user_id,
    call_id,
    stint,
    n,
    at: new Date(at_ms),
    body: storable(body),
  }));
  await manager.query(
    `INSERT INTO facts (user_id, call_id, stint, n, at, body, received_at)
     SELECT f.*, $2 FROM jsonb_to_recordset($1::jsonb)
       AS f(user_id uuid, call_id uuid, stint integer, n integer, at timestamptz, body jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), receivedAt],
  );
}

export async function openStint(
  manager: EntityManager,
  call: CallKey,
  stint: { number: number; instance: string; streamSid: string; at: Date },
): Promise<void> {
  await manager.query(
    'UPDATE stints SET fenced_at = $3, gap_since = NULL WHERE user_id = $1 AND call_id = $2 AND fenced_at IS NULL',
    [call.userId, call.id, stint.at],
  );
  await manager.query(
    `INSERT INTO stints (user_id, call_id, number, instance, stream_sid, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [call.userId, call.id, stint.number, stint.instance, stint.streamSid, stint.at],
  );
}

/**
 * Takes what is next in line: of each stint the facts that follow the last one taken, without a hole. Behind a hole
 * they wait until `gapMs` have passed since it was noticed, or are taken at once with `all`. Of a fenced stint only
 * what happened before the fence counts, and nothing is waited for. The call's row must be locked.
 */
export async function takeFacts(
  manager: EntityManager,
  call: CallKey,
  options: { readonly now: Date; readonly gapMs: number; readonly all: boolean },
): Promise<InboxLook> {
  const stints = await manager.query<StintRow[]>(
    'SELECT number, applied_n, gap_since, fenced_at FROM stints WHERE user_id = $1 AND call_id = $2 ORDER BY number',
    [call.userId, call.id],
  );
  const next: NextFact[] = [];
  let gapSince: Date | null = null;
  for (const stint of stints) {
    const taken = await takeOfStint(manager, call, stint, options);
    next.push(...taken.next);
    gapSince ??= taken.gapSince;
  }
  return { next, gapSince };
}

async function takeOfStint(
  manager: EntityManager,
  call: CallKey,
  stint: StintRow,
  options: { readonly now: Date; readonly gapMs: number; readonly all: boolean },
): Promise<InboxLook> {
  const waiting = await manager.query<{ n: number; at: Date; body: FactBody }[]>(
    `SELECT n, at, body FROM facts
     WHERE user_id = $1 AND call_id = $2 AND stint = $3 AND n > $4 AND ($5::timestamptz IS NULL OR at <= $5) ORDER BY n`,
    [call.userId, call.id, stint.number, stint.applied_n, stint.fenced_at],
  );
  const isWaitedFor = stint.gap_since ?? options.now;
  const isOver = options.now.getTime() >= isWaitedFor.getTime() + options.gapMs;
  const skipsHoles = options.all || stint.fenced_at !== null || isOver;

  const next: NextFact[] = [];
  let appliedN = stint.applied_n;
  for (const fact of waiting) {
    const missed = fact.n !== appliedN + 1;
    if (missed && !skipsHoles) break;
    next.push({ ...fact, stint: stint.number, missed });
    appliedN = fact.n;
  }
  const hasHole = next.length < waiting.length;
  // A hole that was noticed while another one closed has its own time.
  const gapSince = hasHole ? (next.length > 0 ? options.now : isWaitedFor) : null;
  if (appliedN !== stint.applied_n || gapSince?.getTime() !== stint.gap_since?.getTime()) {
    await manager.query(
      'UPDATE stints SET applied_n = $4, gap_since = $5 WHERE user_id = $1 AND call_id = $2 AND number = $3',
      [call.userId, call.id, stint.number, appliedN, gapSince],
    );
  }
  return { next, gapSince };
}
