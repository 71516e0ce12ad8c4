import type { KeyProfile } from '../key-asks';
import { refusal } from '../vocode/wire/errors';
import { Components, requestComponents, responseComponents } from './components';
import { JsonSchema, jsonSchemasOf, mapped, omit, refTo } from './json-schemas';
import { Answer, Operation, operations } from './operations';

const description = `The API of a self-hosted Parley, as programs written for Vocode's Hosted API know it.

Texts hold no NUL characters and no halves of surrogate pairs. A field with \`format: phone-number\` must be a possible
number, one with \`format: http-url\` a URL that can be parsed, and a map of texts may hold 64 Ki characters in all; else
the answer is 422, which names the field. Fields that are not named here are ignored. Bodies are limited to 512 KiB and
64 levels.`;

/** The answers that any operation may give beside its own, by status. */
const refusals: Readonly<Record<string, string>> = {
  400: 'The request is malformed.',
  401: 'The API key is missing, unknown, expired or revoked.',
  403: 'The key, or its user’s plan, does not allow this.',
  404: 'There is no such object, or it is another user’s.',
  409: 'In conflict with what is stored, or an `Idempotency-Key` with another body.',
  413: 'The body is too large.',
  415: 'The type of the body is none.',
  429: 'Too many requests; `Retry-After` says in how many seconds to come back.',
  503: 'A service behind the API does not answer now.',
  504: 'No answer in time; the request may have had its effect.',
};

/** The document of one vintage: OpenAPI 3.1, generated from what validates requests and types answers. */
export function openApiDocument(profile: KeyProfile, publicUrl: string): JsonSchema {
  const schemas = schemasOf(profile);
  const paths: Record<string, JsonSchema> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: operationObject(operation, profile, schemas.unnamed),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version: '1.0.0', description },
    servers: [{ url: publicUrl }],
    tags: [...new Set(operations.flatMap(({ tag }) => tag ?? []))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

interface Schemas {
  readonly components: Record<string, JsonSchema>;
  readonly unnamed: Record<string, JsonSchema>;
}

function schemasOf(profile: KeyProfile): Schemas {
  const bodies = Object.fromEntries(
    operations.flatMap(({ operationId, body }) => (body ? [[bodyKey(operationId), body.schema]] : [])),
  ) as Components;
  const queries = Object.fromEntries(
    operations.flatMap(({ operationId, query }) => (query ? [[queryKey(operationId), query]] : [])),
  ) as Components;
  const answers: Components = responseComponents[profile];
  const asked = jsonSchemasOf(requestComponents, { ...bodies, ...queries }, 'input');
  const answered = jsonSchemasOf({ ...answers, ErrorMessage: refusal }, {}, 'output');
  const isUnnamed = (name: string) => name in bodies || name in queries;
  const components = {
    ...filtered(asked, (name) => !isUnnamed(name)),
    ...answered,
    Undefined: { type: 'object', properties: {}, additionalProperties: false },
  };
  return {
    components: sorted(withMappings(components, components)),
    unnamed: withMappings(filtered(asked, isUnnamed), components),
  };
}

const bodyKey = (operationId: string) => `body of ${operationId}`;
const queryKey = (operationId: string) => `query of ${operationId}`;

/** Says of each union which of its components belongs to which value of the property that tells them apart. */
function withMappings<T>(schema: T, components: Readonly<Record<string, JsonSchema>>): T {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const { discriminator, ...rest } = mapped(value as JsonSchema, visit);
    if (discriminator === undefined) return rest;
    const { propertyName } = discriminator as { propertyName: string };
    const mapping = (rest.oneOf as JsonSchema[]).flatMap(({ $ref }) => {
      if (typeof $ref !== 'string') return [];
      const { properties } = components[$ref.split('/').at(-1) ?? ''] as {
        properties: Record<string, JsonSchema>;
      };
      return [[properties[propertyName]?.const, $ref]];
    });
    return { ...rest, discriminator: { propertyName, mapping: Object.fromEntries(mapping) as unknown } };
  };
  return visit(schema) as T;
}

function operationObject(
  operation: Operation,
  profile: KeyProfile,
  unnamed: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const { operationId, tag, summary, body, query, isOpen, isErratum } = operation;
  const bodySchema = unnamed[bodyKey(operationId)];
  return {
    ...(tag !== null && { tags: [tag] }),
    summary,
    ...(operation.description !== undefined && { description: operation.description }),
    operationId,
    ...(isErratum && { deprecated: true }),
    ...(!isOpen && { security: [{ HTTPBearer: [] }] }),
    parameters: [
      ...pathParameters(operation.path),
      ...(query ? queryParameters(unnamed[queryKey(operationId)] ?? {}) : []),
      ...(operation.method === 'POST' ? [idempotencyKey] : []),
    ],
    ...(body && {
      requestBody: {
        ...(body.isRequired && { required: true }),
        content: {
          'application/json': {
            schema: {
              ...bodySchema,
              ...(body.defaultsTo !== undefined && { default: body.defaultsTo }),
            },
          },
        },
      },
    }),
    responses: {
      200: { description: 'The answer', content: contentOf(operation.answer, profile) },
      ...refusalsOf(operation),
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A repeat with the same key has no second effect.',
  schema: { type: 'string', maxLength: 500 },
};

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/{(\w+)}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
}

/** A query holds texts only, so what a number may also be spelt as is the number itself there. */
function queryParameters(query: JsonSchema): JsonSchema[] {
  const required = (query.required ?? []) as string[];
  return Object.entries(query.properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: withoutSpellings(schema),
  }));
}

function withoutSpellings(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.anyOf)) return schema;
  const [own, ...more] = schema.anyOf as JsonSchema[];
  const kept = [own, ...more.filter(({ type }) => type === 'null')];
  const rest = omit(schema, 'anyOf');
  return kept.length === 1 ? { ...own, ...rest } : { anyOf: kept, ...rest };
}

function contentOf(answer: Answer, profile: KeyProfile): JsonSchema {
  switch (answer.kind) {
    case 'object':
      return { 'application/json': { schema: refTo(answer.component) } };
    case 'list': {
      const isPaged = answer.page in responseComponents[profile];
      const schema = isPaged ? refTo(answer.page) : { type: 'array', items: refTo(answer.item) };
      return { 'application/json': { schema } };
    }
    case 'audio':
      return { 'audio/mpeg': {} };
    case 'text':
      return { 'text/plain': {} };
  }
}

function refusalsOf({ method, query, body, answer, path, isOpen }: Operation): JsonSchema {
  if (isOpen) return {};
  const hasInput = query !== null || body !== null || path.includes('{');
  const hasObject = answer.kind !== 'list' && path !== '/v1/usage';
  const statuses = [
    ...(method === 'POST' ? [400, 409, 413, 415] : []),
    ...(hasObject ? [404] : []),
    ...[401, 403, 429, 503, 504],
  ].sort();
  return {
    ...Object.fromEntries(
      statuses.map((status) => [status, refusalObject(refusals[status] ?? '', 'ErrorMessage')]),
    ),
    ...(hasInput && {
      422: refusalObject('The input is wrong; each field is named.', 'HTTPValidationError'),
    }),
  };
}

const refusalObject = (text: string, component: string) => ({
  description: text,
  content: { 'application/json': { schema: refTo(component) } },
});

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function filtered<T>(
  record: Readonly<Record<string, T>>,
  keeps: (name: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keeps(name)));
}
