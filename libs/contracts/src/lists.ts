import { z } from 'zod';
import { ask } from './ask';
import { laxBoolean, laxInteger, text, uuid } from './fields';

export const maxPageSize = 1_000;
/** A service adds no more items to one answer past this, so that it fits a message of NATS (1 MiB). */
export const maxListBytes = 512 * 1024;

/** The query of every `/list`, as clients send it. */
export const listQuery = z.object({
  page: laxInteger.pipe(z.number().int().min(1).max(1_000_000_000)).default(1).meta({ defaultsTo: 1 }),
  size: laxInteger.pipe(z.number().int().min(1).max(maxPageSize)).default(10).meta({ defaultsTo: 10 }),
  sort_column: text(100).nullish(),
  sort_desc: laxBoolean.nullish().meta({ defaultsTo: false }),
});

/** The order of a list: null is newest first. */
export const listSort = z.object({ column: z.string().max(100), desc: z.boolean() }).nullable();

/** A stretch of a list. */
export const listStretch = z.object({
  offset: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(maxPageSize),
});

/** One stretch of a user's objects. */
export const listRequest = listStretch.extend({ user_id: uuid, sort: listSort });

/**
 * An ask for one stretch of a list. The answer may hold fewer items than asked for, at least one where there is one:
 * what does not fit `maxListBytes` is asked for again.
 */
export function listAsk<T extends z.ZodType>(subject: string, item: T) {
  return ask(subject, {
    request: listRequest,
    response: z.object({
      items: z.array(item),
      total: z.number().int().nonnegative(),
      total_is_estimated: z.boolean(),
    }),
  });
}

/** The items, from the first on, whose JSON fits `maxListBytes` together; always one where there is one. */
export function fittingItems<T>(items: readonly T[]): T[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return index > 0 && bytes > maxListBytes;
  });
  return items.slice(0, end === -1 ? items.length : end);
}

export type ListQuery = z.output<typeof listQuery>;
export type ListSort = z.output<typeof listSort>;
export type ListRequest = z.output<typeof listRequest>;
