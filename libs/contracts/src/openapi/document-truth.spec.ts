import fc from 'fast-check';
import { openApiDocument } from './document';
import { operations } from './operations';
import { Choice, NegativeValues, OpenApiDocument, ValidValues } from './testing';

const document = openApiDocument('latest', 'http://localhost') as unknown as OpenApiDocument;

/** What a schema cannot express: see the document's description. */
const meant: Choice = (_, { format, pattern }) => {
  if (format === 'http-url') return fc.constantFrom('https://example.com', 'HTTP://example.com/a?b=c');
  if (format === 'phone-number') return fc.constantFrom('14155552671', '+1 415 555 2671');
  return pattern?.includes('{43}=') ? fc.constant(`${'A'.repeat(43)}=`) : undefined;
};
const valid = new ValidValues(document, meant);
const negative = new NegativeValues(document, meant);

const bodies = operations.flatMap(({ method, path, operationId, body }) => {
  const shown =
    document.paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json']?.schema;
  return body && shown ? [[operationId, body.schema, shown] as const] : [];
});

describe('the document says what is accepted', () => {
  it('of every operation with a body', () => expect(bodies.length).toBe(20));

  it.each(bodies)('by %s: all that it allows', (_, schema, shown) => {
    fc.assert(
      fc.property(valid.of(shown), (value) => {
        const { error } = schema.safeParse(value);
        expect([value, error?.issues]).toEqual([value, undefined]);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });

  it.each(bodies)('by %s: nothing that it forbids', (_, schema, shown) => {
    const values = negative.of(shown);
    if (!values) return;
    fc.assert(
      fc.property(values, ({ value, keyword, path }) => {
        expect([keyword, path, value, schema.safeParse(value).success]).toEqual([
          keyword,
          path,
          value,
          false,
        ]);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });
});
