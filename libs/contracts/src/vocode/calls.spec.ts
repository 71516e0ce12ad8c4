import { AppError } from '@parley/kernel';
import { parseOrThrow } from '../issues';
import { createCallParams } from './calls';

const parse = (metadata: unknown) =>
  parseOrThrow(
    createCallParams,
    {
      from_number: '14155550100',
      to_number: '14155552671',
      agent: '0197a000-0000-7000-8000-000000000001',
      metadata,
    },
    ['body'],
  ).metadata;
const pathOf = (metadata: unknown) => {
  try {
    parse(metadata);
  } catch (error) {
    return AppError.from(error).issues?.[0]?.path;
  }
  return undefined;
};
const mapOf = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${n}`, 'v']));

describe('the metadata of a call', () => {
  it.each([
    [mapOf(16)],
    [{ ['k'.repeat(40)]: 'v'.repeat(500) }],
    [{ constructor: 'a', toString: 'b' }],
    [{}],
  ])('is kept as it was given', (map) => expect(parse(map)).toEqual(map));

  it('that is absent is null', () => {
    expect([parse(undefined), parse(null)]).toEqual([null, null]);
  });

  it('loses what would change the map itself', () => {
    const kept = parse(JSON.parse('{"__proto__": "x", "a": "b"}'));
    expect(Object.entries(kept ?? {})).toEqual([['a', 'b']]);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });

  it.each([
    [mapOf(17), ['body', 'metadata']],
    [{ ['k'.repeat(41)]: 'v' }, ['body', 'metadata', 'k'.repeat(41)]],
    [{ '': 'v' }, ['body', 'metadata', '']],
    [{ 'a\0': 'v' }, ['body', 'metadata', 'a\0']],
    [{ a: 'v'.repeat(501) }, ['body', 'metadata', 'a']],
    [{ a: 'x\0y' }, ['body', 'metadata', 'a']],
    [{ a: '\ud83d' }, ['body', 'metadata', 'a']],
    [{ a: 1 }, ['body', 'metadata', 'a']],
    [['a'], ['body', 'metadata']],
    ['a', ['body', 'metadata']],
  ])('is refused, naming the place: %#', (map, path) => {
    expect(pathOf(map)).toEqual(path);
  });
});
