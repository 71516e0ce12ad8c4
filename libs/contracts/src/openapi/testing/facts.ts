import { componentName, JsonSchema, OpenApiDocument, OpenApiOperation } from './json-schema';

/**
 * What is known of one value. `types`: every alternative: a JSON type, `uuid`, `ref:Name`, `array<…>`, `map<…>`,
 * `literal` (one of `enum`) or `any`.
 */
export interface ValueFacts {
  readonly types: readonly string[];
  readonly required?: true;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

export interface OperationFacts {
  readonly operationId: string;
  readonly isAuthenticated: boolean;
  readonly query: Readonly<Record<string, ValueFacts>>;
  readonly body: ValueFacts | null;
  readonly response: ValueFacts & { readonly mediaType: string };
  /** By status. */
  readonly errors: Readonly<Record<string, ValueFacts>>;
}

/** A schema's fields; for one that is no object, the facts of its value. */
export interface SchemaFacts {
  readonly fields?: Readonly<Record<string, ValueFacts>>;
  readonly value?: ValueFacts;
}

/** All that a document promises, without its prose. Operations are named `GET /v1/agents`. */
export interface DocumentFacts {
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly schemas: Readonly<Record<string, SchemaFacts>>;
}

/** What each vintage of the reference promises, by its date. */
export type FactsByVintage = Readonly<Record<string, DocumentFacts>>;

/** Condenses a document. The same document gives the same facts, sorted, whatever the order of its keys. */
export function factsOf(document: OpenApiDocument): DocumentFacts {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, OperationFacts] => [
      `${method.toUpperCase()} ${path}`,
      operationFacts(operation),
    ]),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  return {
    operations: sorted(operations),
    schemas: sorted(schemas.map(([name, schema]): [string, SchemaFacts] => [name, schemaFacts(schema)])),
  };
}

function operationFacts(operation: OpenApiOperation): OperationFacts {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const body = operation.requestBody;
  const bodySchema = body?.content['application/json']?.schema;
  const errors = Object.entries(operation.responses).filter(([status]) => status !== '200');
  const [mediaType, response] = Object.entries(operation.responses['200']?.content ?? {})[0] ?? ['none', {}];
  return {
    operationId: operation.operationId ?? '',
    isAuthenticated: (operation.security ?? []).length > 0,
    query: sorted(query.map(({ name, schema, required }) => [name, valueFacts(schema, required)])),
    body: bodySchema ? valueFacts(bodySchema, body.required) : null,
    response: { mediaType, ...valueFacts(response.schema ?? {}) },
    errors: sorted(
      errors.map(([status, { content }]) => [
        status,
        valueFacts(content?.['application/json']?.schema ?? {}),
      ]),
    ),
  };
}

function schemaFacts(schema: JsonSchema): SchemaFacts {
  const { properties } = schema;
  if (!properties) return { value: valueFacts(schema) };
  const fields = Object.entries(properties).map(([name, field]): [string, ValueFacts] => [
    name,
    valueFacts(field, schema.required?.includes(name)),
  ]);
  return { fields: sorted(fields) };
}

/** What one schema promises of a value. */
export function valueFacts(schema: JsonSchema, required = false): ValueFacts {
  const values = literalsOf(schema);
  return {
    types: typesOf(schema),
    ...(required && { required }),
    ...('default' in schema && { default: schema.default }),
    ...(values.length > 0 && { enum: values }),
  };
}

function typesOf(schema: JsonSchema): string[] {
  if (schema.$ref !== undefined) return [`ref:${componentName(schema.$ref)}`];
  const branches = branchesOf(schema);
  if (branches.length > 0) return distinct(branches.flatMap(typesOf));
  if ('const' in schema || schema.enum) return ['literal'];
  const named = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (named.length === 0) return ['any'];
  return distinct(named.map((type) => typeOf(type, schema)));
}

function typeOf(type: string, schema: JsonSchema): string {
  if (type === 'string') return schema.format === 'uuid' ? 'uuid' : 'string';
  if (type === 'array') return `array<${typesOf(schema.items ?? {}).join('|')}>`;
  const entry = schema.additionalProperties;
  if (type === 'object' && typeof entry === 'object' && !schema.properties) {
    const types = typesOf(entry);
    return types.join() === 'any' ? 'object' : `map<${types.join('|')}>`;
  }
  return type;
}

function literalsOf(schema: JsonSchema): unknown[] {
  if (schema.$ref !== undefined) return [];
  const nested = [schema.items, schema.additionalProperties].filter((inner) => typeof inner === 'object');
  const own = 'const' in schema ? [schema.const] : (schema.enum ?? []);
  const values = [...own, ...[...branchesOf(schema), ...nested].flatMap(literalsOf)];
  return distinct(values.map((value) => JSON.stringify(value))).map((text): unknown => JSON.parse(text));
}

const branchesOf = ({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema) => [...anyOf, ...oneOf, ...allOf];
const distinct = (texts: string[]): string[] => [...new Set(texts)].sort();

function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
