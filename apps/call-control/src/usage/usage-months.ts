import { callEndMs, CallLife, connectedMs } from '@parley/calls';
import type { EntityManager } from 'typeorm';

export interface MonthUsage {
  readonly connectedMs: number;
  readonly calls: number;
}

/**
 * Adds a call to the month (UTC) in which it ended. Only in the transaction that makes the call final: that happens
 * once, so a call is counted once, or, when the transaction is lost, with the one that makes it final after all.
 */
export async function countUsage(
  manager: EntityManager,
  { userId, life }: { readonly userId: string; readonly life: CallLife },
): Promise<void> {
  const endMs = callEndMs(life);
  if (endMs === null || life.connectedAtMs === null) return;
  await manager.query(
    `INSERT INTO usage_months AS month (user_id, month, connected_ms, calls) VALUES ($1, $2, $3, 1)
     ON CONFLICT (user_id, month) DO UPDATE
       SET connected_ms = month.connected_ms + excluded.connected_ms, calls = month.calls + 1`,
    [userId, monthOf(endMs), connectedMs(life)],
  );
}

/** What the user's calls that ended in the month (UTC) of `atMs` come to. */
export async function usageOfMonth(
  manager: EntityManager,
  userId: string,
  atMs: number,
): Promise<MonthUsage> {
  // bigint: the driver gives text.
  const rows = await manager.query<{ connected_ms: string; calls: number }[]>(
    'SELECT connected_ms, calls FROM usage_months WHERE user_id = $1 AND month = $2',
    [userId, monthOf(atMs)],
  );
  return { connectedMs: Number(rows[0]?.connected_ms ?? 0), calls: rows[0]?.calls ?? 0 };
}

function monthOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 7)}-01`;
}
