/** What stands in a log line where a secret was. */
export const CENSORED = '[secret]';

const maxDepth = 6;
const secretName =
  /(^|[-_])(authorization|cookie|credentials?|signature)$|api[-_]?key$|auth[-_]?token$|token$|token[-_]?key$|secret$|secrets[-_]?keys?$|password$|^(database|nats)_?url$/i;

/** True when a field of this name is taken to hold a secret (`apiKey`, `authorization`, `TWILIO_AUTH_TOKEN`, …). */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * A copy of a log line's fields that is fit to be written: values of secret-named fields become `[secret]` at any
 * depth, and the top-level `pii` goes unless `keepPii`. Errors pass untouched (their serializer follows); what lies
 * deeper than six levels is cut.
 */
export function censor(fields: Record<string, unknown>, keepPii: boolean): Record<string, unknown> {
  const clean = censorObject(fields, 0);
  if (!keepPii) delete clean['pii'];
  return clean;
}

/** One value, censored as `censor` does it. */
export function censorValue(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= maxDepth) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => censorValue(item, depth + 1));
  // Maps, Dates, Buffers and class instances keep their own way of becoming JSON.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return censorObject(value as Record<string, unknown>, depth + 1);
}

function censorObject(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const hide = isSecretName(name) && value !== undefined && value !== null && typeof value !== 'boolean';
    clean[name] = hide ? CENSORED : censorValue(value, depth);
  }
  return clean;
}
