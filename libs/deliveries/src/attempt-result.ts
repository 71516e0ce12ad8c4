/** How one attempt went on the wire. */
export type AttemptResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The answer's `Retry-After`, in ms from now. */
      readonly retryAfterMs?: number | undefined;
    }
  /** No whole answer in time. */
  | { readonly kind: 'timed_out' }
  /** No connection, no answer, a forbidden address, …; `code` of the error. */
  | { readonly kind: 'failed'; readonly code: string };

/**
 * What an attempt means for the delivery. `throttled`: the receiver is overloaded and is given longer; `gone`: it
 * asks never to be called again.
 */
export type AttemptOutcome = 'succeeded' | 'failed' | 'throttled' | 'gone';

const overloaded: readonly number[] = [429, 502, 504];

/**
 * Judges an attempt. Only 2xx succeeds; a redirect is a failure, for none is followed.
 * @see Standard Webhooks 1.0.0, "Deliverability and reliability"
 */
export function outcomeOf(result: AttemptResult): AttemptOutcome {
  if (result.kind === 'timed_out') return 'throttled';
  if (result.kind === 'failed') return 'failed';
  if (result.status >= 200 && result.status < 300) return 'succeeded';
  if (result.status === 410) return 'gone';
  return overloaded.includes(result.status) ? 'throttled' : 'failed';
}

/** The most that a `Retry-After` is read as: a day. */
const maxRetryAfterMs = 24 * 3_600_000;

/** `Retry-After`, seconds or an HTTP date, as ms from `nowMs`; undefined when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const delayMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(delayMs) ? Math.min(Math.max(0, delayMs), maxRetryAfterMs) : undefined;
}
