import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf } from './facts';
import type { OpenApiDocument } from './json-schema';
import facts from './vocode-facts.json';

const reference = join(__dirname, '../../../../../../shared/reference/vocode');
const documentOf = (date: string) => join(reference, `openapi-${date}.json`);
const isHere = existsSync(reference);

describe('the facts of a document', () => {
  const document: OpenApiDocument = {
    openapi: '3.1.0',
    paths: {
      '/things': {
        post: {
          operationId: 'create_thing',
          security: [{ HTTPBearer: [] }],
          parameters: [{ name: 'page', in: 'query', schema: { type: 'integer', default: 1 } }],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { anyOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'null' }] },
              },
            },
          },
          responses: {
            '200': { content: { 'application/json': { schema: {} } } },
            '422': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Way' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string', format: 'uuid' },
            names: { type: 'array', items: { anyOf: [{ type: 'string' }, { const: 'x' }] } },
            counts: { type: 'object', additionalProperties: { type: 'integer' } },
            way: { enum: ['b', 'a'], type: 'string', default: 'a' },
          },
        },
        Way: { type: 'string', enum: ['GET'] },
      },
    },
  };

  it('name every operation, parameter, field, type, default and word', () => {
    expect(factsOf(document)).toEqual({
      operations: {
        'POST /things': {
          operationId: 'create_thing',
          isAuthenticated: true,
          query: { page: { types: ['integer'], default: 1 } },
          body: { types: ['null', 'ref:Thing'], required: true },
          response: { mediaType: 'application/json', types: ['any'] },
          errors: { '422': { types: ['ref:Way'] } },
        },
      },
      schemas: {
        Thing: {
          fields: {
            counts: { types: ['map<integer>'] },
            id: { types: ['uuid'], required: true },
            names: { types: ['array<literal|string>'], enum: ['x'] },
            way: { types: ['literal'], default: 'a', enum: ['a', 'b'] },
          },
        },
        Way: { value: { types: ['literal'], enum: ['GET'] } },
      },
    });
  });
});

describe('the table of facts', () => {
  it('has both vintages whole', () => {
    const sizes = Object.entries(facts).map(([date, { operations, schemas }]) => [
      date,
      Object.keys(operations).length,
      Object.keys(schemas).length,
    ]);
    expect(sizes).toEqual([
      ['2023-08-22', 27, 43],
      ['2024-08-27', 43, 109],
    ]);
  });

  (isHere ? it : it.skip).each(['2023-08-22', '2024-08-27'] as const)(
    'is what the reference of %s says (skipped where the reference is not at hand)',
    (date) => {
      const document = JSON.parse(readFileSync(documentOf(date), 'utf8')) as OpenApiDocument;
      expect(JSON.parse(JSON.stringify(factsOf(document)))).toEqual(facts[date]);
    },
  );
});
