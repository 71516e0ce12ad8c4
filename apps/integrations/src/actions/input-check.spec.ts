import { InputCheck } from './input-check';

const booking = {
  type: 'object',
  required: ['length'],
  additionalProperties: false,
  properties: {
    length: { type: 'string', enum: ['30m', '1hr'] },
    time: { type: 'string', pattern: '^\\d{2}:\\d0[ap]m$' },
    people: { type: 'integer' },
    email: { type: 'string', format: 'email' },
  },
} as const;

const cannotUse = 'the schema of this action cannot be used';

describe('InputCheck', () => {
  const check = new InputCheck();

  it.each<[object, string | null]>([
    [{ length: '30m', time: '10:30am', people: 2 }, null],
    [{}, "it must have required property 'length'"],
    [{ length: '2h' }, 'length must be equal to one of the allowed values: ["30m","1hr"]'],
    [{ length: '30m', time: 'noon' }, 'time must match pattern "^\\d{2}:\\d0[ap]m$"'],
    [{ length: '30m', people: 'two' }, 'people must be integer'],
    [{ length: '30m', email: 'nobody' }, 'email must match format "email"'],
    [{ length: '30m', url: 'file:///etc/passwd' }, 'it must NOT have additional properties'],
  ])('%j: %s', (input, expected) => {
    expect(check.refusal(booking, input as Record<string, unknown>)).toBe(expected);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an unknown type', { type: 'object', properties: { a: { type: 'strng' } } }],
    ['properties that are none', { type: 'object', properties: 5 }],
    ['a broken pattern', { type: 'object', properties: { a: { pattern: '(' } } }],
    ['a reference to another place', { type: 'object', properties: { a: { $ref: 'http://127.0.0.1:1/x' } } }],
    ['a reference into nowhere', { type: 'object', $ref: '#/$defs/none' }],
    ['an asynchronous check', { type: 'object', $async: true }],
  ])('a schema with %s lets nothing through, and breaks nothing', (_, schema) => {
    expect(check.refusal(schema, { a: 'x' })).toBe(cannotUse);
  });

  it('a schema sees no other one, whatever it calls itself', () => {
    const named = { $id: 'https://example.com/a', type: 'object', properties: { a: { type: 'string' } } };
    expect(check.refusal(named, { a: 'x' })).toBeNull();
    expect(check.refusal({ ...named, title: 'again' }, { a: 'x' })).toBeNull();
    expect(check.refusal({ type: 'object', $ref: 'https://example.com/a' }, { a: 'x' })).toBe(cannotUse);
  });

  it('a pattern that would run for years is cut', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const startedMs = performance.now();
    expect(check.refusal(schema, { a: `${'a'.repeat(60)}!` })).toBe('checking it takes too long');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(check.refusal(schema, { a: 'aaa' })).toBeNull();
  });

  it('a schema that takes too long to be understood is tried twice, and then known for it', () => {
    const other = { if: { pattern: 'a' }, then: { minLength: 1 }, oneOf: [{}, { pattern: 'b' }] };
    const properties = Object.fromEntries(Array.from({ length: 8_000 }, (_, index) => [`p${index}`, other]));
    const refusals = Array.from({ length: 6 }, () => {
      const startedMs = performance.now();
      return [check.refusal({ type: 'object', properties }, {}), performance.now() - startedMs > 400];
    });
    expect(refusals).toEqual([
      ...Array(2).fill(['checking it takes too long', true]),
      ...Array(4).fill(['checking it takes too long', false]),
    ]);
  });

  it('newer schemas are understood by what they say they are', () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const pair = { type: 'array', prefixItems: [{ type: 'integer' }] };
    const schema = { $schema, type: 'object', properties: { pair } };
    expect(check.refusal(schema, { pair: ['one'] })).toBe('pair.0 must be integer');
  });

  it('refuses what is too long, and numbers that are not what was written', () => {
    expect(check.refusal({ type: 'object' }, { a: 'x'.repeat(40_000) })).toMatch(/longer than/);
    expect(check.refusal({ type: 'object' }, JSON.parse('{"a":[{"id":12345678901234567890}]}'))).toMatch(
      /too many digits/,
    );
  });
});
