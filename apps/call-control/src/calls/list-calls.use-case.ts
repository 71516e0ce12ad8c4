import { callSortColumns, CallSortColumn, ListRequest, ListSort, NormalizedCall } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { DataSource } from 'typeorm';
import type { CallView } from './call-view';

export interface CallStretch {
  readonly items: NormalizedCall[];
  readonly total: number;
  readonly total_is_estimated: boolean;
}

interface Total {
  readonly total: number;
  readonly total_is_estimated: boolean;
}

/** The columns of an order. There is an index for each; a call without the time comes before all that have it. */
const orders: Readonly<Record<CallSortColumn, readonly string[]>> = {
  id: [],
  // The id begins with the time.
  created_at: [],
  start_time: ['started_at'],
  end_time: ['ended_at'],
  status: ['status'],
  to_number: ['to_number'],
  from_number: ['from_number'],
};

/** Up to here a total is counted. */
const maxCounted = 10_000;

/** A stretch of a user's calls: their ids, in order, from an index alone; then no more of the calls than is shown. */
export class ListCallsUseCase {
  constructor(private readonly parts: { readonly database: DataSource; readonly views: CallView }) {}

  /** @throws LIST.UNKNOWN_COLUMN (`invalid`), naming those that there are. */
  async execute({ user_id: userId, offset, limit, sort }: ListRequest): Promise<CallStretch> {
    const order = orderBy(sort);
    // One more than asked for says whether there are more.
    const rows = await this.parts.database.query<{ id: string }[]>(
      `SELECT id FROM calls WHERE user_id = $1 ORDER BY ${order} OFFSET $2 LIMIT $3`,
      [userId, offset, limit + 1],
    );
    const callIds = rows.slice(0, limit).map(({ id }) => id);
    const [items, total] = await Promise.all([
      this.parts.views.several(userId, callIds),
      this.total(userId, { offset, found: rows.length, limit }),
    ]);
    return { items, ...total };
  }

  private async total(
    userId: string,
    { offset, found, limit }: { offset: number; found: number; limit: number },
  ): Promise<Total> {
    const isEnd = found <= limit && (found > 0 || offset === 0);
    if (isEnd) return { total: offset + found, total_is_estimated: false };
    if (offset <= maxCounted) {
      const counted = await this.counted(userId);
      if (counted <= maxCounted) return { total: counted, total_is_estimated: false };
    }
    const estimate = await this.estimated(userId);
    const known = offset + found;
    const total = found > 0 ? Math.max(estimate, known, maxCounted + 1) : Math.min(estimate, offset);
    return { total, total_is_estimated: true };
  }

  private async counted(userId: string): Promise<number> {
    const rows = await this.parts.database.query<{ n: number }[]>(
      // In order, so that it is an index that is read, of the newest months.
      `SELECT count(*)::integer AS n
       FROM (SELECT id FROM calls WHERE user_id = $1 ORDER BY id DESC LIMIT $2) counted`,
      [userId, maxCounted + 1],
    );
    return rows[0]?.n ?? 0;
  }

  /** What Postgres' statistics say: right to a few per cent, at the price of planning a query. */
  private async estimated(userId: string): Promise<number> {
    const rows = await this.parts.database.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>(
      'EXPLAIN (FORMAT JSON) SELECT 1 FROM calls WHERE user_id = $1',
      [userId],
    );
    return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  }
}

function orderBy(sort: ListSort): string {
  if (sort === null) return 'id DESC';
  const columns = Object.entries(orders).find(([name]) => name === sort.column)?.[1];
  if (!columns) throw unknownColumn();
  const direction = sort.desc ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
  return [...columns.map((column) => `${column} ${direction}`), `id ${sort.desc ? 'DESC' : 'ASC'}`].join(
    ', ',
  );
}

function unknownColumn(): AppError {
  const message = `must be one of ${callSortColumns.join(', ')}`;
  return new AppError('invalid', 'LIST.UNKNOWN_COLUMN', `sort_column ${message}.`, {
    issues: [{ path: ['query', 'sort_column'], message, type: 'value_error' }],
  });
}
