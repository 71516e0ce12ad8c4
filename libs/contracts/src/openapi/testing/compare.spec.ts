import { differences, unexplained } from './compare';
import type { DocumentFacts, FactsByVintage, OperationFacts, ValueFacts } from './facts';
import table from './vocode-facts.json';

const facts = table as FactsByVintage;
const latest = facts['2024-08-27']!;

const operation: OperationFacts = {
  operationId: 'op',
  isAuthenticated: true,
  query: { page: { types: ['integer'], default: 1 } },
  body: { types: ['ref:In'], required: true },
  response: { mediaType: 'application/json', types: ['ref:Out'] },
  errors: {},
};
const document = (
  fields: { in?: Record<string, ValueFacts>; out?: Record<string, ValueFacts> },
  changes: Partial<OperationFacts> = {},
  path = '/v1/x',
): DocumentFacts => ({
  operations: { [`POST ${path}`]: { ...operation, ...changes } },
  schemas: {
    In: { fields: fields.in ?? {} },
    Out: { fields: fields.out ?? {} },
    Word: { value: { types: ['literal'], enum: ['a', 'b'] } },
  },
});

describe('the comparison of documents', () => {
  it.each(Object.keys(facts))('finds nothing between the reference of %s and itself', (date) => {
    expect(differences(facts[date]!, facts[date]!)).toEqual([]);
  });

  it('finds each fact that is taken away from the reference', () => {
    let removed = 0;
    for (const [name, { fields = {} }] of Object.entries(latest.schemas)) {
      for (const field of Object.keys(fields)) {
        const rest = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
        const ours = { ...latest, schemas: { ...latest.schemas, [name]: { fields: rest } } };
        expect(differences(ours, latest)).toEqual(
          expect.arrayContaining([expect.stringMatching(/: is missing$/)]),
        );
        removed++;
      }
    }
    expect(removed).toBeGreaterThan(500);
  });

  it('takes a path with a slash at its end for the same', () => {
    expect(differences(document({}), document({}, {}, '/v1/x/'))).toEqual([]);
  });

  it.each<[string, DocumentFacts, DocumentFacts, string]>([
    [
      'an operation',
      { operations: {}, schemas: document({}).schemas },
      document({}),
      'POST /v1/x: is not served',
    ],
    ['an operation id', document({}, { operationId: 'other' }), document({}), 'POST /v1/x operationId'],
    ['the key', document({}, { isAuthenticated: false }), document({}), 'POST /v1/x security'],
    ['a parameter', document({}, { query: {} }), document({}), 'POST /v1/x query.page: is missing'],
    [
      'a default',
      document({}, { query: { page: { types: ['integer'], default: 2 } } }),
      document({}),
      'POST /v1/x query.page default: is 2, not 1',
    ],
    [
      'the media type',
      document({}, { response: { mediaType: 'text/plain', types: ['ref:Out'] } }),
      document({}),
      'POST /v1/x response: is text/plain',
    ],
    [
      'a type that clients send',
      document({ in: { a: { types: ['string'] } } }),
      document({ in: { a: { types: ['null', 'string'] } } }),
      'schemas.In (sent).a type: lacks null',
    ],
    [
      'a type that clients do not know',
      document({ out: { a: { types: ['null', 'string'] } } }),
      document({ out: { a: { types: ['string'] } } }),
      'schemas.Out.a type: has also null',
    ],
    [
      'a word',
      document({ in: { a: { types: ['literal'], enum: ['a'] } } }),
      document({ in: { a: { types: ['ref:Word'] } } }),
      'schemas.In (sent).a enum: lacks "b"',
    ],
    [
      'a field that must come',
      document({ in: { a: { types: ['string'], required: true } } }),
      document({ in: { a: { types: ['string'] } } }),
      'schemas.In (sent).a required: may not be left out',
    ],
    [
      'a new field that must come',
      document({ in: { a: { types: ['string'], required: true } } }),
      document({}),
      'schemas.In (sent).a: is asked for',
    ],
    [
      'a field that may be gone',
      document({ out: { a: { types: ['string'] } } }),
      document({ out: { a: { types: ['string'], required: true } } }),
      'schemas.Out.a required: may be left out',
    ],
  ])('finds a difference in %s', (_, ours, reference, line) => {
    const found = differences(ours, reference);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(line);
  });

  it('does not mind what ours has beyond it', () => {
    const ours = document({
      in: { a: { types: ['array<ref:Out|string>', 'map<number>'] }, b: { types: ['string'] } },
      out: { w: { types: ['array<literal>'], enum: ['a', 'b'] } },
    });
    const reference = document({
      in: { a: { types: ['array<string>', 'map<integer>'] } },
      out: { w: { types: ['array<ref:Word>'] } },
    });
    expect(differences(ours, reference)).toEqual([]);
  });

  it('leaves out what is allowed, and names what is allowed in vain', () => {
    const lines = ['schemas.A.b type: lacks null', 'schemas.A.bc: is missing'];
    const allowances = [
      { place: 'schemas.A.b', why: 'x' },
      { place: 'schemas.A.d', why: 'x' },
    ];
    expect(unexplained(lines, allowances)).toEqual([
      'schemas.A.bc: is missing',
      'schemas.A.d: is allowed to differ, but does not',
    ]);
  });
});
