import { JsonSchema, SchemaValidator } from '@parley/contracts/testing';
import type { ServedDocument } from '../api/served-document';

/** A value as a query says it; undefined leaves the parameter out. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const candidates = [
  ...['', 'x', '-1', '0', '1.5', 'true', '[]', '{}', 'null', '99999999999999999999', '\0', '12345678-1234'],
  'x'.repeat(5_000),
];

/** Texts that a parameter refuses however they are read. */
export function negativeTexts(schema: JsonSchema, { document }: ServedDocument): string[] {
  const validator = new SchemaValidator(document);
  return candidates.filter((text) => readings(text).every((value) => !validator.accepts(schema, value)));
}

/** What a text in a query may stand for. */
function readings(text: string): unknown[] {
  const number = Number(text);
  const isNumber = text.trim() !== '' && Number.isFinite(number);
  const isBoolean = /^(true|false|[01])$/i.test(text);
  return [text, ...(isNumber ? [number] : []), ...(isBoolean ? [true] : [])];
}
