import { ListQuery, listQuery, ListRequest, ListSort, parseOrThrow } from '@parley/contracts';
import type { wire } from '@parley/contracts';
import { AppError } from '@parley/kernel';

/** So many answers of a service make one page at most, each of half a MiB or of 50 items: 64 MiB, or a whole page. */
const maxStretches = 128;

interface Stretch<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly total_is_estimated: boolean;
}

/**
 * The page that a client asks for. Services answer with as many items as fit a message, so what is missing is asked for
 * until the page is full or the list ends.
 * @throws {LIST.PAGE_TOO_LARGE} naming `size`, for objects so large that the page would fill the memory.
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
  for (let stretches = 0; stretches < maxStretches; stretches += 1) {
    const offset = start + items.length;
    const stretch = await ask({ user_id: userId, offset, limit: size - items.length, sort });
    items.push(...stretch.items);
    const { total, total_is_estimated } = stretch;
    const isMore = start + items.length < total;
    if (stretch.items.length === 0 || items.length >= size || !isMore) {
      return { items, page, size, has_more: isMore && items.length > 0, total, total_is_estimated };
    }
  }
  const message = `is too many for objects this large: ${items.length} would do`;
  throw new AppError('invalid', 'LIST.PAGE_TOO_LARGE', `size ${message}`, {
    issues: [{ path: ['query', 'size'], message, type: 'value_error' }],
  });
}

/** Without a column, the newest come first whatever `sort_desc` says: Vocode's clients leave both out. */
function sortOf({ sort_column, sort_desc }: Pick<ListQuery, 'sort_column' | 'sort_desc'>): ListSort {
  return sort_column ? { column: sort_column, desc: sort_desc ?? false } : null;
}
