import { single } from './form';
import { badRequest } from './rest-error';
import type { FormParams } from './signature';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/**
 * One page of a list, as Twilio's 2010 API answers it: the items under `name`, and where the pages before and after are.
 * @throws RestError 20001 for a page size that is none
 */
export function page<T extends { readonly sid: string }>(
  name: string,
  all: readonly T[],
  resource: (item: T) => object,
  path: string,
  query: FormParams,
): object {
  const pageSize = Number(single(query, 'PageSize') ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw badRequest(20001, 'PageSize must be a whole number above 0.');
  const size = Math.min(pageSize, MAX_PAGE_SIZE);
  const number = Number(single(query, 'Page') ?? '0');
  const start = number * size;
  const items = all.slice(start, start + size);
  const uriOf = (pageNumber: number, token?: string) => {
    const search = new URLSearchParams();
    for (const key of Object.keys(query)) {
      const value = single(query, key);
      if (value !== undefined && !['Page', 'PageSize', 'PageToken'].includes(key)) search.set(key, value);
    }
    search.set('PageSize', String(size));
    search.set('Page', String(pageNumber));
    if (token !== undefined) search.set('PageToken', token);
    return `${path}?${search.toString()}`;
  };
  const last = items.at(-1);
  return {
    [name]: items.map(resource),
    end: start + Math.max(0, items.length - 1),
    first_page_uri: uriOf(0),
    next_page_uri: start + size < all.length && last ? uriOf(number + 1, `PA${last.sid}`) : null,
    page: number,
    page_size: size,
    previous_page_uri: number > 0 && items[0] ? uriOf(number - 1, `PB${items[0].sid}`) : null,
    start,
    uri: uriOf(number),
  };
}
