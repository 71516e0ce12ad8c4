import { fittingItems, ListRequest, ListSort } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { TenantRepository, TenantRow } from '@parley/persistence';
import type { FindOptionsOrder } from 'typeorm';

/** Documents may be large (half a mebibyte each): no more are read at once, and the rest is asked for again. */
const maxRowsAtOnce = 50;

/** What a list may be sorted by: columns as clients name them → properties of rows. */
export type Sortable = Readonly<Record<string, string>>;

export interface ListOf<Item> {
  readonly items: Item[];
  readonly total: number;
  readonly total_is_estimated: boolean;
}

/**
 * One stretch of a user's rows, as many as fit one answer: newest first, or by a column, equals by age.
 * @throws LIST.UNKNOWN_COLUMN (`invalid`), naming those that there are.
 */
export async function listRows<Row extends TenantRow, Item>(
  rows: TenantRepository<Row>,
  { user_id: userId, offset, limit, sort }: ListRequest,
  sortable: Sortable,
  toItem: (row: Row) => Item,
): Promise<ListOf<Item>> {
  const order = orderOf(sort, sortable) as FindOptionsOrder<Row>;
  const found = await rows.list(userId, { order, offset, limit: Math.min(limit, maxRowsAtOnce) });
  const total = await rows.count(userId);
  return { items: fittingItems(found.map(toItem)), total, total_is_estimated: false };
}

function orderOf(sort: ListSort, sortable: Sortable): Readonly<Record<string, 'ASC' | 'DESC'>> {
  if (sort === null) return { id: 'DESC' };
  const direction = sort.desc ? 'DESC' : 'ASC';
  const property = Object.entries(sortable).find(([column]) => column === sort.column)?.[1];
  if (property !== undefined) return { [property]: direction, id: direction };
  const message = `must be one of ${Object.keys(sortable).join(', ')}`;
  throw new AppError('invalid', 'LIST.UNKNOWN_COLUMN', `sort_column ${message}.`, {
    issues: [{ path: ['query', 'sort_column'], message, type: 'value_error' }],
  });
}
