/**
 * The same value with every text in it fit for Postgres, which stores neither NUL nor half a surrogate pair. What
 * people say, models write and carriers report may hold either, and must not stop the log of a call.
 */
export function storable<T>(value: T): T {
  return repair(value) as T;
}

function repair(value: unknown): unknown {
  if (typeof value === 'string') return repairText(value);
  if (Array.isArray(value)) return value.map(repair);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [repairText(key), repair(inner)]));
}

function repairText(text: string): string {
  return text.replace(/\0|\p{Cs}/gu, '\uFFFD');
}
