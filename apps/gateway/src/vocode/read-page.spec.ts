import type { ListRequest } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { readPage } from './read-page';

const user = '00000000-0000-4000-8000-000000000001';

/** A list of `length` numbers that answers with at most `fitting` of them at a time. */
function listOf(length: number, fitting: number, isEstimated = false) {
  const asked: ListRequest[] = [];
  const ask = (request: ListRequest) => {
    asked.push(request);
    const end = Math.min(length, request.offset + Math.min(fitting, request.limit));
    const items = Array.from(
      { length: Math.max(0, end - request.offset) },
      (_, index) => request.offset + index,
    );
    return Promise.resolve({ items, total: length, total_is_estimated: isEstimated });
  };
  return { asked, ask };
}

describe('readPage', () => {
  it('has the six keys of a page', async () => {
    expect(await readPage({}, user, listOf(3, 100).ask)).toEqual({
      items: [0, 1, 2],
      page: 1,
      size: 10,
      has_more: false,
      total: 3,
      total_is_estimated: false,
    });
  });

  it('asks again for what did not fit one answer', async () => {
    const { ask, asked } = listOf(100, 4);
    const page = await readPage({ page: '2', size: '10' }, user, ask);
    expect(page.items).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(asked.map(({ offset, limit }) => [offset, limit])).toEqual([
      [10, 10],
      [14, 6],
      [18, 2],
    ]);
    expect(page.has_more).toBe(true);
  });

  it('ends where the list does, and asks once past its end', async () => {
    const { ask, asked } = listOf(5, 100);
    expect(await readPage({ page: 2, size: 10 }, user, ask)).toMatchObject({
      items: [],
      has_more: false,
      total: 5,
    });
    expect(asked).toHaveLength(1);
  });

  it('ends when a list shrinks while it is read', async () => {
    const answers = [
      { items: [0], total: 9, total_is_estimated: false },
      { items: [], total: 9, total_is_estimated: false },
    ];
    const page = await readPage({}, user, () => Promise.resolve(answers.shift() ?? fail()));
    expect(page.items).toEqual([0]);
  });

  it('refuses a page of objects so large that it would fill the memory, and says what would do', async () => {
    const { ask, asked } = listOf(1_000, 1);
    const error = await readPage({ size: 1_000 }, user, ask).then(
      () => fail(),
      (thrown: unknown) => AppError.from(thrown),
    );
    expect(error.issues).toEqual([
      {
        path: ['query', 'size'],
        message: 'is too many for objects this large: 128 would do',
        type: 'value_error',
      },
    ]);
    expect(asked).toHaveLength(128);
  });

  it.each([
    [{}, null],
    [{ sort_desc: 'true' }, null],
    [{ sort_column: 'number' }, { column: 'number', desc: false }],
    [
      { sort_column: 'number', sort_desc: 'true' },
      { column: 'number', desc: true },
    ],
  ])('sorts as %j says', async (query, sort) => {
    const { ask, asked } = listOf(1, 1);
    await readPage(query, user, ask);
    expect(asked[0]?.sort).toEqual(sort);
  });

  it.each([
    [{ page: '0' }, 'page'],
    [{ size: '1001' }, 'size'],
    [{ size: 'many' }, 'size'],
    [{ page: ['1', '2'] }, 'page'],
    [{ sort_desc: 'maybe' }, 'sort_desc'],
  ])('refuses %j by name, and asks nobody', async (query, field) => {
    const { ask, asked } = listOf(1, 1);
    const error = await readPage(query, user, ask).then(
      () => fail(),
      (thrown: unknown) => AppError.from(thrown),
    );
    expect(error.issues?.map(({ path }) => path)).toEqual([['query', field]]);
    expect(asked).toEqual([]);
  });
});

function fail(): never {
  throw new Error('must not happen');
}
