import fc, { Arbitrary } from 'fast-check';
import type { JsonSchema, OpenApiDocument } from './json-schema';
import { alternativesOf } from './resolve-schema';
import { SchemaValidator } from './schema-validator';
import { Choice, isPlainText, typeOf, ValidValues, ValuePath } from './valid-values';

/** A value that its schema refuses, for one reason. */
export interface NegativeValue {
  readonly value: unknown;
  /** The keyword that it violates, e.g. `maxLength`. */
  readonly keyword: string;
  /** Where, e.g. `['voice', 'pitch']`. */
  readonly path: ValuePath;
}

/** Wrong for the type in every reading: no number in quotes, no 0 for false, no `{}` or null for "leave alone". */
const clearlyWrong: Readonly<Record<string, readonly unknown[]>> = {
  string: [true, [], ['x'], { wrong: 1 }],
  integer: ['x', true, [], { wrong: 1 }, 1.5],
  number: ['x', true, [], { wrong: 1 }],
  boolean: ['x', 7, [], { wrong: 1 }],
  array: ['x', true, 7, { wrong: 1 }],
  object: [true, 7, [], ['x']],
  null: ['x', 7, { wrong: 1 }],
};

const maxDepth = 8;

/** Values that a document's schemas refuse, each valid but for one violated keyword. */
export class NegativeValues {
  private readonly valid: ValidValues;
  private readonly validator: SchemaValidator;

  constructor(
    private readonly document: OpenApiDocument,
    choice?: Choice,
  ) {
    this.valid = new ValidValues(document, choice);
    this.validator = new SchemaValidator(document);
  }

  /** Undefined when the schema refuses nothing. */
  of(schema: JsonSchema): Arbitrary<NegativeValue> | undefined {
    const candidates = this.violations(schema, []);
    // What violates one alternative may fit another.
    const refused = ({ value }: NegativeValue) => !this.validator.accepts(schema, value);
    return candidates.length === 0 ? undefined : fc.oneof(...candidates).filter(refused);
  }

  private violations(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
    if (path.length > maxDepth) return [];
    const alternatives = alternativesOf(schema, this.document);
    const isOpen = (each: JsonSchema) => typeOf(each) === undefined && !('const' in each) && !each.enum;
    if (alternatives.some(isOpen)) return [];
    const wrong = distinct(alternatives.flatMap((each) => clearlyWrong[typeOf(each) ?? ''] ?? []));
    const wrongType = wrong.filter((value) => !this.validator.accepts(schema, value));
    return [
      ...(wrongType.length > 0 ? [violation('type', path, fc.constantFrom(...wrongType))] : []),
      ...alternatives.flatMap((each) => this.violationsOfOne(each, path)),
    ];
  }

  private violationsOfOne(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
    const type = typeOf(schema);
    if ('const' in schema) return [violation('const', path, otherThan([schema.const]))];
    if (schema.enum) return [violation('enum', path, otherThan(schema.enum))];
    if (type === 'string') return wrongTexts(schema, path);
    if (type === 'integer' || type === 'number') return wrongNumbers(schema, path);
    if (type === 'array') return this.wrongArrays(schema, path);
    if (type === 'object') return [...this.wrongObjects(schema, path), ...this.wrongEntries(schema, path)];
    return [];
  }

  private wrongArrays(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
    const { items = {}, minItems = 0, maxItems } = schema;
    const entry = this.valid.of(items, [...path, '*']);
    const many = (count: number) => fc.array(entry, { minLength: count, maxLength: count });
    const inner = this.violations(items, [...path, '0']).map((wrong) =>
      fc.tuple(wrong, many(Math.max(0, minItems - 1))).map(([{ value, ...rest }, others]) => ({
        ...rest,
        value: [value, ...others],
      })),
    );
    return [
      ...inner,
      ...(minItems > 0 ? [violation('minItems', path, many(minItems - 1))] : []),
      // The same entry over and over: that many of them take long to make.
      ...(maxItems === undefined || maxItems > 2_000
        ? []
        : [
            violation(
              'maxItems',
              path,
              entry.map((value) => Array<unknown>(maxItems + 1).fill(value)),
            ),
          ]),
    ];
  }

  private wrongObjects(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
    const { properties = {}, required = [], additionalProperties } = schema;
    const whole = this.valid.of(schema, path) as Arbitrary<Record<string, unknown>>;
    const without = (name: string) =>
      whole.map((value) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
    const inner = Object.entries(properties).flatMap(([name, field]) =>
      this.violations(field, [...path, name]).map((wrong) => within(whole, name, wrong)),
    );
    return [
      ...required.map((name) => violation('required', [...path, name], without(name))),
      ...inner,
      ...(additionalProperties === false
        ? [
            violation(
              'additionalProperties',
              path,
              whole.map((value) => ({ ...value, unknown_field: 1 })),
            ),
          ]
        : []),
    ];
  }

  private wrongEntries(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
    const { properties, additionalProperties, propertyNames, maxProperties } = schema;
    if (properties || typeof additionalProperties !== 'object') return [];
    const whole = this.valid.of(schema, path) as Arbitrary<Record<string, unknown>>;
    const names = propertyNames ? wrongTexts({ type: 'string', ...propertyNames }, path) : [];
    const entry = this.valid.of(additionalProperties, [...path, '*']);
    return [
      ...this.violations(additionalProperties, [...path, 'key']).map((wrong) => within(whole, 'key', wrong)),
      ...names.map((wrong) =>
        fc.tuple(wrong, entry).map(([{ value, keyword }, good]) => ({
          ...{ value: { [String(value)]: good }, path },
          keyword: `propertyNames.${keyword}`,
        })),
      ),
      ...(maxProperties === undefined || maxProperties > 2_000
        ? []
        : [
            violation(
              'maxProperties',
              path,
              entry.map((value) => manyEntries(maxProperties + 1, value)),
            ),
          ]),
    ];
  }
}

const manyEntries = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));

function within(
  whole: Arbitrary<Record<string, unknown>>,
  name: string,
  wrong: Arbitrary<NegativeValue>,
): Arbitrary<NegativeValue> {
  return fc.tuple(whole, wrong).map(([others, { value, ...rest }]) => ({
    ...rest,
    value: { ...others, [name]: value },
  }));
}

function violation(keyword: string, path: ValuePath, values: Arbitrary<unknown>): Arbitrary<NegativeValue> {
  return values.map((value) => ({ value, keyword, path }));
}

function otherThan(words: readonly unknown[]): Arbitrary<unknown> {
  const others = ['x', '', ...words.map((word) => `${String(word)}x`), true, 7];
  return fc.constantFrom(...others.filter((other) => !words.includes(other)));
}

function wrongTexts(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
  const { minLength, maxLength, pattern, format } = schema;
  const isPlain = isPlainText(schema);
  const notMatching = ['', 'x', ' ', 'not-it', '+', '😀', 'a\0', '\ud800'].filter(
    (text) => pattern !== undefined && !new RegExp(pattern, 'u').test(text),
  );
  return [
    ...(isPlain && minLength ? [violation('minLength', path, fc.constant('x'.repeat(minLength - 1)))] : []),
    ...(isPlain && maxLength !== undefined
      ? [violation('maxLength', path, fc.constantFrom('x'.repeat(maxLength + 1), 'é'.repeat(maxLength + 1)))]
      : []),
    ...(notMatching.length > 0 ? [violation('pattern', path, fc.constantFrom(...notMatching))] : []),
    ...(format === undefined || format === 'phone-number'
      ? []
      : [violation('format', path, fc.constantFrom('', 'x', 'not-it', '12345678-1234', 'http//x y'))]),
  ];
}

function wrongNumbers(schema: JsonSchema, path: ValuePath): Arbitrary<NegativeValue>[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const past = (keyword: string, bound: number | undefined, step: number) =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER
      ? []
      : [
          violation(
            keyword,
            path,
            fc.constantFrom(bound + step, bound + 1_000 * step, bound + step * 2 ** 40),
          ),
        ];
  return [
    ...past('minimum', minimum, -1),
    ...past('maximum', maximum, 1),
    ...(exclusiveMinimum === undefined
      ? []
      : [violation('exclusiveMinimum', path, fc.constant(exclusiveMinimum))]),
    ...(exclusiveMaximum === undefined
      ? []
      : [violation('exclusiveMaximum', path, fc.constant(exclusiveMaximum))]),
    ...(multipleOf === undefined ? [] : [violation('multipleOf', path, fc.constant(multipleOf * 1.5))]),
  ];
}

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
