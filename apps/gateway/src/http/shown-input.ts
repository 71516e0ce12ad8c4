import { CENSORED, censor, isSecretName } from '@parley/observability';

const maxChars = 200;

/** Where a request's parts are, by what an issue's path begins with. */
export type RequestParts = Readonly<Record<string, unknown>>;

/**
 * What a client sent in the place that an issue names, fit to be sent back: never a secret, and no more than 200
 * characters. Null where it sent nothing.
 */
export function shownInput(parts: RequestParts, path: readonly (string | number)[]): unknown {
  if (path.some((part) => typeof part === 'string' && isSecretName(part))) return CENSORED;
  const value = path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<string | number, unknown>)[part]
        : undefined,
    parts,
  );
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const { clean } = censor({ clean: value }, true);
  const text = JSON.stringify(clean);
  return text.length <= maxChars ? clean : cut(text);
}

/** The first 200 characters, never through the middle of one. */
export function cut(text: string): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…`;
}
