import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { openApiDocument } from '../document';
import type { JsonSchema, OpenApiDocument } from './json-schema';
import { NegativeValues } from './negative-values';
import { isStorable, ValidValues } from './valid-values';

const components: Record<string, JsonSchema> = {
  Undefined: { type: 'object', properties: {}, additionalProperties: false },
  Voice: {
    oneOf: [{ $ref: '#/components/schemas/Azure' }, { $ref: '#/components/schemas/Rime' }],
  },
  Azure: {
    type: 'object',
    required: ['type', 'name'],
    properties: {
      type: { type: 'string', const: 'azure' },
      name: { type: 'string', minLength: 1, maxLength: 5 },
      pitch: { type: 'integer', minimum: -10, maximum: 10, default: 0 },
    },
  },
  Rime: {
    type: 'object',
    required: ['type'],
    properties: {
      type: { const: 'rime' },
      speed: { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 2 }, { type: 'null' }] },
    },
  },
};
const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const schemas: Record<string, JsonSchema> = {
  uuid: { type: 'string', format: 'uuid', pattern: '^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$' },
  uri: { type: 'string', format: 'uri', maxLength: 200 },
  'date-time': { type: 'string', format: 'date-time' },
  pattern: { type: 'string', pattern: '^\\+[1-9]\\d{1,14}$' },
  'long text': { type: 'string', maxLength: 10_000 },
  'storable text': { type: 'string', pattern: '^[^\\u0000\\ud800-\\udfff]*$', maxLength: 5 },
  'http-url': { type: 'string', format: 'http-url', pattern: '^[hH][tT]+[pP][sS]?://' },
  'number in a text': {
    type: 'string',
    pattern: '^-?[0-9]+(\\.[0-9]+)?$',
    contentSchema: { type: 'number', minimum: 1, maximum: 2 },
  },
  'short text': { type: 'string', minLength: 2, maxLength: 3 },
  integer: { type: 'integer', minimum: 1, maximum: 9_007_199_254_740_991 },
  number: { type: 'number', minimum: 0.5, maximum: 2 },
  'multiple of': { type: 'integer', multipleOf: 5, minimum: 3, maximum: 99 },
  boolean: { type: 'boolean' },
  enum: { type: 'string', enum: ['a', 'b'] },
  'type list': { type: ['string', 'null'], maxLength: 4 },
  nullable: { type: 'integer', nullable: true },
  array: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 },
  'unique array': { type: 'array', items: { type: 'boolean' }, uniqueItems: true },
  map: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 }, maxProperties: 2 },
  'map of names': {
    type: 'object',
    propertyNames: { type: 'string', maxLength: 4 },
    additionalProperties: { anyOf: [{ type: 'integer' }, { type: 'number' }] },
  },
  'nothing else': ref('Undefined'),
  'one of': ref('Voice'),
  'one of by default': { allOf: [ref('Azure')], default: { type: 'azure', name: 'x' } },
  'an id, an object, nothing or null': {
    anyOf: [{ type: 'string', format: 'uuid' }, ref('Voice'), ref('Undefined'), { type: 'null' }],
  },
  nested: {
    type: 'object',
    required: ['voices'],
    properties: {
      voices: { type: 'array', items: { anyOf: [{ type: 'string', format: 'uuid' }, ref('Voice')] } },
      voice: { anyOf: [ref('Voice'), { type: 'null' }] },
      free: { type: 'object' },
      any: {},
    },
    additionalProperties: false,
  },
};

function judge(document: OpenApiDocument) {
  const formats = {
    'phone-number': true as const,
    'http-url': (text: string) => /^https?:/i.test(text) && URL.canParse(text),
  };
  const ajv = addFormats(new Ajv2020({ strict: false, formats }));
  return (schema: JsonSchema) => ajv.compile({ allOf: [schema], components: document.components });
}

const runs = { numRuns: 300, seed: 20_261_121 };

describe('values of a schema', () => {
  const document: OpenApiDocument = { openapi: '3.1.0', paths: {}, components: { schemas: components } };
  const compile = judge(document);

  it.each(Object.entries(schemas))('are valid when they should be: %s', (_, schema) => {
    const validate = compile(schema);
    fc.assert(
      fc.property(new ValidValues(document).of(schema), (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(value));
        expect(validate(sent) ? [] : validate.errors).toEqual([]);
        expect(isStorable(JSON.stringify(sent))).toBe(true);
      }),
      runs,
    );
  });

  it.each(Object.entries(schemas))('are refused when they should be: %s', (_, schema) => {
    const validate = compile(schema);
    fc.assert(
      fc.property(new NegativeValues(document).of(schema)!, ({ value }) => {
        expect(validate(JSON.parse(JSON.stringify(value)))).toBe(false);
      }),
      runs,
    );
  });

  it('of a schema that says nothing cannot be refused', () => {
    expect(new NegativeValues(document).of({})).toBeUndefined();
  });

  it('violate every keyword that can be violated', () => {
    const keywords = new Set(
      Object.values(schemas).flatMap((schema) =>
        fc.sample(new NegativeValues(document).of(schema)!, runs).map(({ keyword }) => keyword),
      ),
    );
    expect([...keywords].sort()).toEqual(
      [
        ...['additionalProperties', 'const', 'enum', 'exclusiveMinimum', 'format', 'maxItems', 'maxLength'],
        ...['maxProperties', 'maximum', 'minItems', 'minLength', 'minimum', 'multipleOf', 'pattern'],
        ...['propertyNames.maxLength', 'required', 'type'],
      ].sort(),
    );
  });

  it('come bare and full, at their bounds, and with texts that hurt', () => {
    const objects = fc.sample(new ValidValues(document).of(components['Azure']!), runs) as object[];
    const sizes = new Set(objects.map((value) => Object.keys(value).length));
    expect([...sizes].sort()).toEqual([2, 3]);
    const numbers = fc.sample(new ValidValues(document).of(schemas['integer']!), runs);
    expect(numbers).toEqual(expect.arrayContaining([1, Number.MAX_SAFE_INTEGER]));
    const texts = fc.sample(new ValidValues(document).of(schemas['long text']!), runs) as string[];
    expect(texts).toEqual(expect.arrayContaining(['', '__proto__', '\u202e']));
    expect(Math.max(...texts.map((text) => text.length))).toBeGreaterThan(1_000);
  });

  it('take what the caller chooses for a place', () => {
    const choice = (path: readonly string[]) =>
      path.join('.') === 'voices.*' ? fc.constant('mine') : undefined;
    const [value] = fc.sample(
      new ValidValues(document, choice)
        .of(schemas['nested']!)
        .filter((each) => JSON.stringify(each).includes('mine')),
      { ...runs, numRuns: 1 },
    ) as { voices: string[] }[];
    expect(new Set(value?.voices)).toEqual(new Set(['mine']));
  });
});

describe('values of the served document', () => {
  const document = openApiDocument('latest', 'http://localhost') as unknown as OpenApiDocument;
  const compile = judge(document);
  const few = { ...runs, numRuns: 8 };

  it.each(Object.keys(document.components?.schemas ?? {}))('%s', (name) => {
    const validate = compile(ref(name));
    for (const value of fc.sample(new ValidValues(document).of(ref(name)), few)) {
      expect(validate(value) ? [] : validate.errors).toEqual([]);
    }
    const negatives = new NegativeValues(document).of(ref(name));
    for (const { value } of negatives ? fc.sample(negatives, few) : []) expect(validate(value)).toBe(false);
  });
});
