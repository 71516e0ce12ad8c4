import type { ListSort } from '@parley/contracts';
import { AppError } from '@parley/kernel';

type Direction = 'ASC' | 'DESC';

/**
 * The order of a list's rows: newest first, or by one of `columns` (as clients name them → as rows do), equals by age.
 * @throws LIST.UNKNOWN_COLUMN (`invalid`), naming those that there are.
 */
export function listOrder(
  sort: ListSort,
  columns: Readonly<Record<string, string>>,
): Readonly<Record<string, Direction>> {
  if (sort === null) return { id: 'DESC' };
  const direction: Direction = sort.desc ? 'DESC' : 'ASC';
  const property = Object.entries(columns).find(([column]) => column === sort.column)?.[1];
  if (property !== undefined) return { [property]: direction, id: direction };
  const message = `must be one of ${Object.keys(columns).join(', ')}`;
  throw new AppError('invalid', 'LIST.UNKNOWN_COLUMN', `sort_column ${message}.`, {
    issues: [{ path: ['query', 'sort_column'], message, type: 'value_error' }],
  });
}

/** No more rows are read for one answer; the rest is asked for again. */
export const maxRowsAtOnce = 200;
