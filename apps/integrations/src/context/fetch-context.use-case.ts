import type { FetchContext, FetchedContext } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { GuardedHttpClient, GuardedResponse } from '@parley/outbound-http';
import { jsonBody } from '../json-body';
import { describeDropped, flatContext } from './flat-context';

/** In all, a second attempt included. */
const timeoutMs = 3_000;
/** Asking is no effect, so what fails this early is asked again, once. */
const retryBeforeMs = 1_000;

/** Asks a customer's system what it knows of a caller. No row is kept of it: nothing happens there, and it may be asked again. */
export class FetchContextUseCase {
  constructor(private readonly http: Pick<GuardedHttpClient, 'request'>) {}

  /** Never rejects for what the customer's side does: without a context `problems` say why. */
  async execute({ url, phone_number: phoneNumber }: FetchContext): Promise<FetchedContext> {
    let response: GuardedResponse;
    try {
      response = await this.ask(askedUrl(url, phoneNumber));
    } catch (error) {
      const { code, message } = AppError.from(error);
      return without(code.replace(/^HTTP\./, 'CONTEXT.'), `The context endpoint gave no context: ${message}`);
    }
    return read(response);
  }

  private async ask(url: string): Promise<GuardedResponse> {
    const startedMs = performance.now();
    const spentMs = () => performance.now() - startedMs;
    const request = { url, method: 'GET', headers: { accept: 'application/json' } } as const;
    try {
      return await this.http.request({ ...request, timeoutMs });
    } catch (error) {
      if (!AppError.from(error).retryable || spentMs() > retryBeforeMs) throw error;
      return this.http.request({ ...request, timeoutMs: timeoutMs - spentMs() });
    }
  }
}

/** The endpoint with the caller's digits behind what it has of a query, whose spelling stays as it is. */
export function askedUrl(endpoint: string, phoneNumber: string): string {
  const url = new URL(endpoint);
  url.hash = '';
  const query = url.search.replace(/^\?/, '');
  url.search = `${query === '' ? '' : `${query}&`}phone_number=${phoneNumber.replace(/\D/g, '')}`;
  return url.href;
}

function read({ status, body, truncated }: GuardedResponse): FetchedContext {
  if (status < 200 || status > 299) {
    return without('CONTEXT.STATUS', `The context endpoint answered with status ${status}.`);
  }
  if (truncated) return without('CONTEXT.TOO_LONG', 'The answer of the context endpoint is too long.');
  const answer = jsonBody(body);
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return without('CONTEXT.BAD_ANSWER', 'The answer of the context endpoint is not a JSON object.');
  }
  const { context, dropped } = flatContext(answer as Record<string, unknown>);
  if (dropped.length === 0) return { context, problems: [] };
  return { context, problems: [{ code: 'CONTEXT.VALUES_DROPPED', message: describeDropped(dropped) }] };
}

function without(code: string, message: string): FetchedContext {
  return { context: {}, problems: [{ code, message }] };
}
