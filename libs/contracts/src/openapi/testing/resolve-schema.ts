import { componentName, JsonSchema, OpenApiDocument } from './json-schema';

/** The schema without a reference or `allOf` at its top: what they say is merged into it. */
export function resolveSchema(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  const { $ref, allOf = [], ...own } = schema;
  if ($ref === undefined && allOf.length === 0) return schema;
  const parts: JsonSchema[] = [...($ref === undefined ? [] : [componentOf($ref, document)]), ...allOf];
  return parts.map((part) => resolveSchema(part, document)).reduce(mergeSchemas, own);
}

/** Each alternative of a schema: its branches, merged with what stands beside them; itself when there are none. */
export function alternativesOf(schema: JsonSchema, document: OpenApiDocument): JsonSchema[] {
  const resolved = resolveSchema(schema, document);
  const { anyOf, oneOf, nullable, ...rest } = resolved;
  const branches = [...(anyOf ?? []), ...(oneOf ?? [])];
  const alternatives =
    branches.length === 0
      ? oneTypeEach(rest)
      : branches.flatMap((branch) =>
          alternativesOf(mergeSchemas(rest, resolveSchema(branch, document)), document),
        );
  return nullable ? [...alternatives, { type: 'null' }] : alternatives;
}

function oneTypeEach({ type, ...rest }: JsonSchema): JsonSchema[] {
  if (type === undefined) return [rest];
  return (typeof type === 'string' ? [type] : type).map((each) => ({ ...rest, type: each }));
}

function componentOf(ref: string, document: OpenApiDocument): JsonSchema {
  const found = document.components?.schemas?.[componentName(ref)];
  if (!found) throw new Error(`the document has no ${ref}`);
  return found;
}

function mergeSchemas(a: JsonSchema, b: JsonSchema): JsonSchema {
  const merged: JsonSchema = { ...a, ...b };
  return {
    ...merged,
    ...(a.properties && b.properties && { properties: { ...a.properties, ...b.properties } }),
    ...(a.required && b.required && { required: [...new Set([...a.required, ...b.required])] }),
  };
}
