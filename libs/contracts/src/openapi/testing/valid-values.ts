import fc, { Arbitrary } from 'fast-check';
import type { JsonSchema, OpenApiDocument } from './json-schema';
import { alternativesOf, resolveSchema } from './resolve-schema';
import { SchemaValidator } from './schema-validator';

/** Where a value stands within what is generated: names of fields, `*` for an entry of an array or map. */
export type ValuePath = readonly string[];

/**
 * Values of the caller's own for a place (ids that exist, numbers that may be called), in place of any valid one. Asked
 * for the whole schema there, then for each of its alternatives.
 */
export type Choice = (path: ValuePath, schema: JsonSchema) => Arbitrary<unknown> | undefined;

/** Past this, objects have only what they must. No schema of the API is this deep. */
const maxDepth = 8;
const longestText = 4_000;

/** Texts that trip what is careless with them; all well-formed and without NUL. */
const nastyTexts = [
  ...['', ' ', '\t\n', '0', 'null', 'true', '-1', '1e999', '[]', '{}', '__proto__', 'constructor', 'é', 'İ'],
  ...[
    '\u202e',
    '\ufeff',
    '\u2028',
    '\u0301',
    '𝒳',
    '👩‍👩‍👧‍👦',
    '\u{10ffff}',
    "' or 1=1 --",
    '"; \\',
    '${x}',
    '{{x}}',
    '%00',
    '%s',
  ],
  ...['<script>', '../..', 'a\u0001b', '\r\nx: y', '١٢٣', 'ſ', '\ufffd'],
];

const unit = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...Array.from('abcXYZ0189 -_.')) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
);

const anyJson: Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => isStorable(JSON.stringify(value)));

/** Valid values of a document's schemas: bare and full ones, at their bounds, with texts that hurt. */
export class ValidValues {
  private readonly validator: SchemaValidator;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly choice: Choice = () => undefined,
  ) {
    this.validator = new SchemaValidator(document);
  }

  of(schema: JsonSchema, path: ValuePath = []): Arbitrary<unknown> {
    const chosen = this.choice(path, schema);
    if (chosen) return chosen;
    const alternatives = alternativesOf(schema, this.document).map(
      (each) => this.choice(path, each) ?? this.ofOne(each, path),
    );
    const any = alternatives.length === 1 ? alternatives[0]! : fc.oneof(...alternatives);
    return this.needsJudging(schema) ? any.filter((value) => this.validator.accepts(schema, value)) : any;
  }

  /** The alternatives of `oneOf` may overlap. */
  private needsJudging(schema: JsonSchema): boolean {
    const { oneOf = [], anyOf = [], not } = resolveSchema(schema, this.document);
    return oneOf.length > 1 || not !== undefined || anyOf.some((branch) => this.needsJudging(branch));
  }

  private ofOne(schema: JsonSchema, path: ValuePath): Arbitrary<unknown> {
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const value = this.ofType(schema, path);
    if (schema.default === undefined || !this.validator.accepts(schema, schema.default)) return value;
    return fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(schema.default) });
  }

  private ofType(schema: JsonSchema, path: ValuePath): Arbitrary<unknown> {
    const type = typeOf(schema);
    if (type === undefined) return anyJson;
    if (type === 'string') return this.ofText(schema, path);
    if (type === 'integer' || type === 'number') return validNumber(schema, type);
    if (type === 'boolean') return fc.boolean();
    if (type === 'null') return fc.constant(null);
    if (type === 'array') return this.ofArray(schema, path);
    if (type === 'object') return this.ofObject(schema, path);
    throw new Error(`an unknown type: ${type}`);
  }

  private ofText(schema: JsonSchema, path: ValuePath): Arbitrary<string> {
    const { contentSchema, pattern = '' } = schema;
    if (!contentSchema) return validText(schema);
    const spelt = this.of(contentSchema, path).map((value) => JSON.stringify(value));
    return spelt.filter((text) => new RegExp(pattern, 'u').test(text));
  }

  private ofArray(schema: JsonSchema, path: ValuePath): Arbitrary<unknown[]> {
    const { minItems: minLength = 0, maxItems = 10, uniqueItems, items = {} } = schema;
    const entry = this.of(items, [...path, '*']);
    const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxItems, minLength + 4)) };
    return uniqueItems
      ? fc.uniqueArray(entry, { ...bounds, selector: (value) => JSON.stringify(value) })
      : fc.array(entry, bounds);
  }

  private ofObject(schema: JsonSchema, path: ValuePath): Arbitrary<unknown> {
    const { properties, additionalProperties } = schema;
    if (!properties) return additionalProperties === false ? fc.constant({}) : this.ofMap(schema, path);
    const fields = Object.entries(properties).map(
      ([name, field]) => [name, this.of(field, [...path, name])] as const,
    );
    const model = Object.fromEntries(fields);
    const required = (schema.required ?? []).filter((name) => name in model);
    const bare = fc.record(Object.fromEntries(required.map((name) => [name, model[name]!])));
    if (path.length >= maxDepth) return bare;
    return fc.oneof(bare, fc.record(model), {
      weight: 2,
      arbitrary: fc.record(model, { requiredKeys: required }),
    });
  }

  private ofMap(schema: JsonSchema, path: ValuePath): Arbitrary<unknown> {
    const { additionalProperties, propertyNames = {}, minProperties: minKeys = 0 } = schema;
    const entry = typeof additionalProperties === 'object' ? additionalProperties : {};
    const key = this.of({ type: 'string', ...propertyNames }, [...path, '*']).filter(
      // As a literal's key it would be the prototype, not a name.
      (name) => name !== '__proto__',
    ) as Arbitrary<string>;
    const maxKeys = Math.max(minKeys, Math.min(schema.maxProperties ?? 5, minKeys + 4));
    return fc.dictionary(key, this.of(entry, [...path, '*']), { minKeys, maxKeys, noNullPrototype: true });
  }
}

/** The JSON type that an alternative admits, by its `type` or by what only objects have. */
export function typeOf(schema: JsonSchema): string | undefined {
  if (schema.type !== undefined) return String(schema.type);
  return schema.properties || schema.additionalProperties !== undefined ? 'object' : undefined;
}

function validText(schema: JsonSchema): Arbitrary<string> {
  const { minLength = 0, maxLength = longestText, pattern = '', format } = schema;
  const matcher = new RegExp(pattern, 'u');
  // The shortest in characters and the longest in UTF-16 units: whichever of them somebody counts, it fits.
  const fits = (text: string) =>
    Array.from(text).length >= minLength &&
    text.length <= maxLength &&
    isStorable(text) &&
    matcher.test(text);
  if (!isPlainText(schema)) return specialText(format, matcher).filter(fits);
  const nasty = nastyTexts.filter(fits);
  const upTo = (most: number) =>
    fc.string({ unit, minLength, maxLength: Math.max(minLength, Math.min(maxLength, most)) }).filter(fits);
  const atBounds = ['x'.repeat(minLength), 'é'.repeat(Math.min(maxLength, longestText))];
  return fc.oneof(
    { weight: 4, arbitrary: upTo(minLength + 12) },
    ...(nasty.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...nasty) }] : []),
    { weight: 1, arbitrary: fc.constantFrom(...atBounds) },
  );
}

/** True for a text of any form: without a format, and with a pattern, if any, that only keeps some characters out. */
export function isPlainText({ format, pattern }: JsonSchema): boolean {
  if (format !== undefined) return false;
  return (
    pattern === undefined || ['', 'x', 'é 1', '+ \n'].every((text) => new RegExp(pattern, 'u').test(text))
  );
}

function specialText(format: string | undefined, matcher: RegExp): Arbitrary<string> {
  if (format === 'uuid')
    return fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
    );
  if (format === 'uri' || format === 'http-url')
    return fc.webUrl({ validSchemes: ['http', 'https'], size: 'small' });
  if (format === 'phone-number')
    return fc.constantFrom('14155552671', '+14155552671', '+44 20 7183 8750', '(415) 555-2671');
  if (format === 'date-time') {
    const noInvalidDate = true;
    const [min, max] = [new Date('1971-01-01'), new Date('2100-01-01')];
    return fc.date({ noInvalidDate, min, max }).map((date) => date.toISOString());
  }
  if (format === undefined) return fc.stringMatching(matcher, { size: 'small' });
  throw new Error(`a format without an arbitrary: ${format}`);
}

function validNumber(schema: JsonSchema, type: 'integer' | 'number'): Arbitrary<number> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (type === 'integer' || multipleOf !== undefined) {
    const step = multipleOf ?? 1;
    const lowest = Math.max(
      minimum ?? -Infinity,
      (exclusiveMinimum ?? -Infinity) + 1,
      Number.MIN_SAFE_INTEGER,
    );
    const highest = Math.min(
      maximum ?? Infinity,
      (exclusiveMaximum ?? Infinity) - 1,
      Number.MAX_SAFE_INTEGER,
    );
    const [min, max] = [Math.ceil(lowest / step), Math.floor(highest / step)];
    return fc
      .oneof(fc.integer({ min: Math.max(min, -1_000), max: Math.min(max, 1_000) }), fc.constantFrom(min, max))
      .map((value) => value * step);
  }
  const min = Math.max(minimum ?? -Number.MAX_VALUE, exclusiveMinimum ?? -Number.MAX_VALUE);
  const max = Math.min(maximum ?? Number.MAX_VALUE, exclusiveMaximum ?? Number.MAX_VALUE);
  const excluded = { minExcluded: min === exclusiveMinimum, maxExcluded: max === exclusiveMaximum };
  return fc
    .double({ min, max, noNaN: true, noDefaultInfinity: true, ...excluded })
    .map((value) => (Object.is(value, -0) ? 0 : value));
}

/** No NUL and no half of a surrogate pair: what a database of texts can keep. */
export function isStorable(text: string): boolean {
  return (
    !text.includes('\0') && !text.includes('\\u0000') && !/\p{Cs}/u.test(text) && !/\\ud[89a-f]/i.test(text)
  );
}
