import { wasNeverSent } from '@parley/outbound-http';
import type { GuardedHttpClient, GuardedResponse } from '@parley/outbound-http';
import type { SignedRequest } from './action-request';

/** Connecting is tried so often again. */
const connectRetries = 2;

/**
 * Sends a request, and waits for the answer, for `timeoutMs` in all. Only what certainly never left is sent again: a
 * name that was not resolved, a connection that was refused or not made in time. From the first byte on there is one
 * request, whatever becomes of it.
 * @throws HTTP.… as `GuardedHttpClient`.
 */
export async function sendAction(
  http: GuardedHttpClient,
  { url, body, headers }: SignedRequest & { readonly url: string },
  timeoutMs: number,
): Promise<GuardedResponse> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let retriesLeft = connectRetries; ; retriesLeft -= 1) {
    const leftMs = Math.max(1, deadlineMs - performance.now());
    try {
      return await http.request({ url, method: 'POST', headers, body, timeoutMs: leftMs });
    } catch (error) {
      const isWorthIt = wasNeverSent(error) && isPassing(error) && performance.now() < deadlineMs;
      if (retriesLeft === 0 || !isWorthIt) throw error;
    }
  }
}

/** A forbidden address stays forbidden. */
const isPassing = (error: unknown) =>
  typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === true;
