import { fittingItems, ListRequest } from '@parley/contracts';
import type { TenantRepository, TenantRow } from '@parley/persistence';
import type { FindOptionsOrder } from 'typeorm';
import { listOrder } from '../numbers/list-order';

/** Documents may be large (half a mebibyte each): no more are read at once, and the rest is asked for again. */
const maxDocumentsAtOnce = 50;

export interface ListOf<Item> {
  readonly items: Item[];
  readonly total: number;
  readonly total_is_estimated: boolean;
}

/**
 * One stretch of a user's rows, as many as fit one answer.
 * @throws LIST.UNKNOWN_COLUMN (`invalid`) when they cannot be sorted so.
 */
export async function listRows<Row extends TenantRow, Item>(
  rows: TenantRepository<Row>,
  { user_id: userId, offset, limit, sort }: ListRequest,
  sortable: Readonly<Record<string, string>>,
  toItem: (row: Row) => Item,
): Promise<ListOf<Item>> {
  const order = listOrder(sort, sortable) as FindOptionsOrder<Row>;
  const found = await rows.list(userId, { order, offset, limit: Math.min(limit, maxDocumentsAtOnce) });
  const total = await rows.count(userId);
  return { items: fittingItems(found.map(toItem)), total, total_is_estimated: false };
}
