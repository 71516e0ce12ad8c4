import { callSortColumns, CallSortColumn, ListRequest, ListSort, NormalizedCall } from '@parley/contracts';
import { AppError, Clock, RecentMap } from '@parley/kernel';
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

interface OrderColumn {
  readonly name: string;
  /** Calls without the time come before all that have it. */
  readonly missing?: { readonly asc: 'NULLS FIRST'; readonly desc: 'NULLS LAST' };
}

const missing = { asc: 'NULLS FIRST', desc: 'NULLS LAST' } as const;

/** By what, before the id. Each is the order of an index, read in either direction: the words must be the index's. */
const orders: Readonly<Record<CallSortColumn, OrderColumn | null>> = {
  id: null,
  // The id begins with the time.
  created_at: null,
  start_time: { name: 'started_at', missing },
  end_time: { name: 'ended_at', missing },
  status: { name: 'status' },
  to_number: { name: 'to_number' },
  from_number: { name: 'from_number' },
};

/** Up to here a total is counted. */
const maxCounted = 10_000;
/** For as long as this an estimate is good enough for the next page. */
const rememberMs = 60_000;
const maxRemembered = 10_000;

/** A stretch of a user's calls: their ids, in order, from an index alone; then no more of the calls than is shown. */
export class ListCallsUseCase {
  /** What lists that are too long to be counted come to, by user. */
  private readonly estimates = new RecentMap<string, { readonly total: number; readonly untilMs: number }>(
    maxRemembered,
  );

  constructor(
    private readonly parts: {
      readonly database: DataSource;
      readonly views: CallView;
      readonly clock: Clock;
    },
  ) {}

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
    const total = await this.countedOrEstimated(userId);
    if (total <= maxCounted) return { total, total_is_estimated: false };
    // Never less than what was seen, nor more than where nothing was.
    const bounded = found > 0 ? Math.max(total, offset + found) : Math.min(total, offset);
    return { total: bounded, total_is_estimated: true };
  }

  private async countedOrEstimated(userId: string): Promise<number> {
    const nowMs = this.parts.clock.monotonicMs();
    const known = this.estimates.get(userId);
    if (known && known.untilMs > nowMs) return known.total;
    const counted = await this.counted(userId);
    if (counted <= maxCounted) return counted;
    const total = Math.max(await this.estimated(userId), maxCounted + 1);
    this.estimates.set(userId, { total, untilMs: nowMs + rememberMs });
    return total;
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
  const found = Object.entries(orders).find(([name]) => name === sort.column);
  if (!found) throw unknownColumn();
  const [, column] = found;
  const [direction, nulls] = sort.desc
    ? (['DESC', column?.missing?.desc] as const)
    : (['ASC', column?.missing?.asc] as const);
  const byId = `id ${direction}`;
  return column ? `${column.name} ${direction} ${nulls ?? ''}, ${byId}` : byId;
}

function unknownColumn(): AppError {
  const message = `must be one of ${callSortColumns.join(', ')}`;
  return new AppError('invalid', 'LIST.UNKNOWN_COLUMN', `sort_column ${message}.`, {
    issues: [{ path: ['query', 'sort_column'], message, type: 'value_error' }],
  });
}
