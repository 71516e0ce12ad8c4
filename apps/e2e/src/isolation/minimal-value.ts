import type { JsonSchema, OpenApiDocument } from '@parley/contracts/testing';
import { alternativesOf } from '@parley/contracts/testing';

/** An id or a phone number for the field of that name. */
export type NameOf = (field: string, format: 'uuid' | 'phone-number') => string;

/**
 * The plainest value that a schema accepts, with only the fields that it asks for. With a `place` (names of fields, `*` for
 * an entry of a list) also what leads there, and at its end `value`. Undefined when no alternative leads there.
 */
export class MinimalValues {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly nameOf: NameOf,
  ) {}

  of(schema: JsonSchema, field = ''): unknown {
    const [first = {}] = alternativesOf(schema, this.document);
    if ('const' in first) return first.const;
    if (first.enum) return first.enum[0];
    switch (first.type) {
      case 'string':
        return this.text(first, field);
      case 'integer':
      case 'number':
        return first.minimum ?? 1;
      case 'boolean':
        return false;
      case 'array':
        return Array.from({ length: first.minItems ?? 0 }, () => this.of(first.items ?? {}, field));
      case 'object':
        return this.object(first);
      default:
        return null;
    }
  }

  holding(schema: JsonSchema, place: readonly string[], value: unknown): unknown {
    const [name, ...rest] = place;
    if (name === undefined) return value;
    for (const alternative of alternativesOf(schema, this.document)) {
      const inner = name === '*' ? alternative.items : alternative.properties?.[name];
      if (!inner) continue;
      const held = this.holding(inner, rest, value);
      if (held === undefined) continue;
      return name === '*' ? [held] : { ...this.object(alternative), [name]: held };
    }
    return undefined;
  }

  private object({ properties = {}, required = [] }: JsonSchema): Record<string, unknown> {
    return Object.fromEntries(required.map((name) => [name, this.of(properties[name] ?? {}, name)]));
  }

  private text({ format, minLength = 0 }: JsonSchema, field: string): string {
    if (format === 'uuid' || format === 'phone-number') return this.nameOf(field, format);
    if (format === 'http-url') return 'https://example.com/';
    return 'x'.repeat(Math.max(1, minLength));
  }
}
