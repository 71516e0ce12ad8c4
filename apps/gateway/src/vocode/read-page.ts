import { ListQuery, listQuery, ListRequest, ListSort, parseOrThrow } from '@parley/contracts';
import type { wire } from '@parley/contracts';

interface Stretch<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly total_is_estimated: boolean;
}

/**
 * The page that a client asks for. Services answer with as many items as fit a message, so what is missing is asked for
 * until the page is full or the list ends.
 */
export async function readPage<T>(
  query: unknown,
  userId: string,
  ask: (request: ListRequest) => Promise<Stretch<T>>,
): Promise<wire.Page<T>> {
  const { page, size, ...order } = parseOrThrow(listQuery, query, ['query']);
  const start = (page - 1) * size;
  const sort = sortOf(order);
  const items: T[] = [];
  for (;;) {
    const offset = start + items.length;
    const stretch = await ask({ user_id: userId, offset, limit: size - items.length, sort });
    items.push(...stretch.items);
    const { total, total_is_estimated } = stretch;
    const isMore = start + items.length < total;
    if (stretch.items.length === 0 || items.length >= size || !isMore) {
      return { items, page, size, has_more: isMore && items.length > 0, total, total_is_estimated };
    }
  }
}

/** Without a column, the newest come first whatever `sort_desc` says: Vocode's clients leave both out. */
function sortOf({ sort_column, sort_desc }: Pick<ListQuery, 'sort_column' | 'sort_desc'>): ListSort {
  return sort_column ? { column: sort_column, desc: sort_desc ?? false } : null;
}
