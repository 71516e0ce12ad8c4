import type { FormParams } from './signature';

/** Decodes a form body or a query; a key that stands more than once becomes a list. */
export function parseForm(text: string): FormParams {
  const params: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = params[name];
    if (before === undefined) params[name] = value;
    else params[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return params;
}

/** Encodes parameters as a form body. */
export function formatForm(params: FormParams): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (typeof value === 'string') search.append(name, value);
    else for (const one of value) search.append(name, one);
  return search.toString();
}

/** The one value of a parameter; the first of several; undefined when missing or empty. */
export function single(params: FormParams, name: string): string | undefined {
  const value = params[name];
  const text = typeof value === 'string' ? value : value?.[0];
  return text === '' ? undefined : text;
}

/** All values of a parameter. */
export function several(params: FormParams, name: string): readonly string[] {
  const value = params[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
