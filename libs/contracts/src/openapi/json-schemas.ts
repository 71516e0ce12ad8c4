import { z } from 'zod';
import type { Components } from './components';

export type JsonSchema = Record<string, unknown>;

const refPrefix = '#/components/schemas/';
export const refTo = (name: string): JsonSchema => ({ $ref: refPrefix + name });

/**
 * The JSON Schemas of what clients send (`input`) or are answered (`output`): those of `components`, which refer to each
 * other by name, and of `unnamed`, under their keys.
 */
export function jsonSchemasOf(
  components: Components,
  unnamed: Components,
  io: 'input' | 'output',
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const others = Object.entries(unnamed).map(([key, schema]) => {
    const name = registry.get(schema)?.id;
    // A copy: under a name of its own, a schema would be referred to by it wherever it is part of another.
    if (name === undefined) registry.add(schema.clone(), { id: key });
    return [key, name] as const;
  });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => refPrefix + id,
    override: ({ zodSchema, jsonSchema }) => {
      note(zodSchema, jsonSchema);
      if (io === 'input') requireWhatMayNotBeAbsent(zodSchema, jsonSchema);
    },
  });
  const finishedSchemas = mapped(schemas, (schema) => finished(schema as JsonSchema));
  for (const [key, name] of others) if (name !== undefined) finishedSchemas[key] = refTo(name);
  return finishedSchemas;
}

/** Keeps what the conversion would lose: a union's discriminator, and the bounds of a number that may also be text. */
function note(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  const { def } = (zodSchema as z.core.$ZodTypes)._zod;
  if (def.type === 'union' && 'discriminator' in def) {
    jsonSchema.discriminator = { propertyName: def.discriminator };
  }
  if (def.type === 'pipe' && def.out._zod.def.type === 'number') {
    jsonSchema.within = z.toJSONSchema(def.out, { io: 'input' });
  }
}

/** Zod takes any field that is preprocessed within a union for optional. */
function requireWhatMayNotBeAbsent(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  const { def } = (zodSchema as z.core.$ZodTypes)._zod;
  if (def.type !== 'object') return;
  const required = Object.entries(def.shape).filter(([, field]) => !z.safeParse(field, undefined).success);
  jsonSchema.required = required.map(([name]) => name);
}

const ownWords = [
  'alsoAccepts',
  'leavesAloneWhenEmpty',
  'defaultsTo',
  'mayBeLeftOut',
  'within',
  '$schema',
  '$id',
];

/** What fields.ts and the responses say of themselves in a schema's metadata, put into JSON Schema's words. */
function finished(schema: JsonSchema): JsonSchema {
  const { alsoAccepts, leavesAloneWhenEmpty, defaultsTo, within } = schema;
  const rest = omit(schema, ...ownWords);
  let own = within === undefined ? withChildren(rest) : { ...rest, ...finished(within as JsonSchema) };
  if (rest.format === 'uuid') delete own.pattern;
  if (own.additionalProperties === false) delete own.additionalProperties;
  if (own.type === 'string') own = { ...own, ...exampleOf(own) };
  if (Array.isArray(own.type)) own = { anyOf: own.type.map((type: unknown) => ({ ...own, type })) };
  if (alsoAccepts)
    own = anyOf([own, ...(alsoAccepts as JsonSchema[]).map((form) => spelling(form, own, within))]);
  if (leavesAloneWhenEmpty) {
    // Where `null` does not clear, it leaves alone as well.
    own = anyOf([own, refTo('Undefined'), { type: 'null' }]);
  }
  return defaultsTo === undefined ? own : { ...own, default: defaultsTo };
}

/** What readers of a document would make up from a pattern is valid, but noise. */
function exampleOf({ format, pattern }: JsonSchema): JsonSchema {
  if (format === 'phone-number') return { examples: ['+14155552671'] };
  if (format === 'http-url') return { examples: ['https://example.com/path'] };
  return typeof pattern === 'string' && new RegExp(pattern, 'u').test('text') ? { examples: ['text'] } : {};
}

/** A text that spells a number within bounds says which, as the schema of what it holds. */
function spelling(form: JsonSchema, own: JsonSchema, within: unknown): JsonSchema {
  const content = { contentMediaType: 'application/json', contentSchema: own };
  return { ...finished(form), ...(within !== undefined && form.type === 'string' && content) };
}

function withChildren(schema: JsonSchema): JsonSchema {
  const children = Object.entries(schema).map(([key, value]) => [key, finishedPart(key, value, schema)]);
  return flattened(Object.fromEntries(children) as JsonSchema);
}

function finishedPart(key: string, value: unknown, schema: JsonSchema): unknown {
  switch (key) {
    case 'properties':
      return mapped(value as Record<string, JsonSchema>, finished);
    case 'anyOf':
    case 'oneOf':
      return (value as JsonSchema[]).map(finished);
    case 'items':
    case 'additionalProperties':
    case 'propertyNames':
      return typeof value === 'object' ? finished(value as JsonSchema) : value;
    case 'required': {
      const properties = schema.properties as Record<string, JsonSchema>;
      return (value as string[]).filter((name) => properties[name]?.mayBeLeftOut !== true);
    }
    default:
      return value;
  }
}

/** Alternatives of alternatives are alternatives. */
function flattened(schema: JsonSchema): JsonSchema {
  return Array.isArray(schema.anyOf) ? { ...schema, ...anyOf(schema.anyOf as JsonSchema[]) } : schema;
}

function anyOf(branches: readonly JsonSchema[]): JsonSchema {
  const flat = branches.flatMap((branch) =>
    Object.keys(branch).join() === 'anyOf' ? (branch.anyOf as JsonSchema[]) : [branch],
  );
  const texts = flat.map((branch) => JSON.stringify(branch));
  return { anyOf: flat.filter((_, index) => texts.indexOf(texts[index] ?? '') === index) };
}

export function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

export function omit(schema: JsonSchema, ...names: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}
