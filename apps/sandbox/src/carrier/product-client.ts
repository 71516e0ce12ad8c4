import type { Clock } from '@parley/kernel';
import type { CarrierEntries, Journal, WebhookPurpose } from '../journal';
import { formatForm } from './form';
import { signRequest } from './signature';
import type { ActionUrl } from './twiml';
import { TwimlError } from './twiml';

/** What a request's URL says about its own retries, in its fragment. @see Twilio, "Webhooks: connection overrides" */
interface ConnectionOverrides {
  readonly totalTimeoutMs: number;
  readonly retries: number;
  /** Which failures are retried: `4xx`, `5xx`, `ct` (connecting), `rt` (reading), `all`. */
  readonly retryPolicy: readonly string[];
}

const TOTAL_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** The carrier's client of the product's webhooks: signed forms, Twilio's deadlines and retries. */
export class ProductClient {
  constructor(
    private readonly clock: Clock,
    private readonly journal: Journal<CarrierEntries>,
    private readonly authToken: string,
  ) {}

  /**
   * Asks for the document that says how a call goes on.
   * @throws TwimlError 11205 (no answer in time), 11200 (not 2xx), 11750 (too large)
   */
  async requestTwiml(
    target: ActionUrl,
    purpose: WebhookPurpose,
    params: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string> {
    const callSid = params['CallSid'] ?? '';
    const { url } = target;
    this.journal.write('webhook_sent', { callSid, url, purpose, params });
    const sentMs = this.clock.monotonicMs();
    const result = await this.attempts(target, params, signal, () => undefined);
    if ('failure' in result) {
      const reason = result.failure;
      this.journal.write('webhook_failed', { callSid, url, purpose, error: 11205, reason });
      throw new TwimlError(11205, reason);
    }
    const { status, body } = result;
    const tookMs = Math.round(this.clock.monotonicMs() - sentMs);
    this.journal.write('webhook_answered', { callSid, url, purpose, status, tookMs, body });
    if (status >= 200 && status < 300) return body;
    const reason = `the answer is HTTP ${status}`;
    this.journal.write('webhook_failed', { callSid, url, purpose, error: 11200, reason });
    throw new TwimlError(11200, reason);
  }

  /** Sends a callback; `attempted` learns of every attempt. Never rejects. */
  async notify(
    target: ActionUrl,
    params: Readonly<Record<string, string>>,
    attempted: (attempt: number, status: number | null) => void,
  ): Promise<void> {
    await this.attempts(target, params, new AbortController().signal, attempted);
  }

  private async attempts(
    target: ActionUrl,
    params: Readonly<Record<string, string>>,
    signal: AbortSignal,
    attempted: (attempt: number, status: number | null) => void,
  ): Promise<HttpAnswer | { readonly failure: string }> {
    const overrides = readOverrides(target.url);
    const deadlineMs = this.clock.monotonicMs() + overrides.totalTimeoutMs;
    for (let attempt = 1; ; attempt++) {
      const leftMs = Math.max(1, deadlineMs - this.clock.monotonicMs());
      const result = await this.send(target, params, leftMs, signal);
      attempted(attempt, 'failure' in result ? null : result.status);
      const mayRetry =
        attempt <= overrides.retries && !signal.aborted && isRetried(result, overrides.retryPolicy);
      if (!mayRetry || this.clock.monotonicMs() >= deadlineMs) return result;
    }
  }

  private async send(
    target: ActionUrl,
    params: Readonly<Record<string, string>>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<HttpAnswer | { readonly failure: string; readonly kind: 'ct' | 'rt' }> {
    const bare = target.url.replace(/#.*$/s, '');
    const form = formatForm(params);
    const isGet = target.method === 'GET';
    const url = isGet ? bare + (bare.includes('?') ? '&' : '?') + form : bare;
    const abort = new AbortController();
    const cancelTimer = this.clock.after(timeoutMs, () => abort.abort(new Error('no answer in time')));
    const stop = () => abort.abort(new Error('the call ended'));
    signal.addEventListener('abort', stop);
    try {
      const response = await fetch(url, {
        method: target.method,
        headers: {
          'X-Twilio-Signature': signRequest(this.authToken, url, isGet ? {} : params),
          'User-Agent': 'TwilioProxy/1.1',
          Accept: '*/*',
          ...(!isGet && { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
        },
        signal: abort.signal,
        ...(!isGet && { body: form }),
      });
      const body = await response.text();
      if (body.length > MAX_ANSWER_BYTES) return { failure: 'the answer is larger than 64 KB', kind: 'rt' };
      return { status: response.status, body };
    } catch (error) {
      return abort.signal.aborted
        ? { failure: (abort.signal.reason as Error).message, kind: 'rt' }
        : { failure: reasonOf(error), kind: 'ct' };
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', stop);
    }
  }
}

function isRetried(
  result: HttpAnswer | { readonly failure: string; readonly kind?: 'ct' | 'rt' },
  policy: readonly string[],
): boolean {
  const kind = 'failure' in result ? (result.kind ?? 'ct') : `${Math.floor(result.status / 100)}xx`;
  if (kind === '2xx' || kind === '3xx') return false;
  return policy.includes('all') || policy.includes(kind);
}

/** Twilio's default is one retry, of failed connections only. */
function readOverrides(url: string): ConnectionOverrides {
  const fragment = new URLSearchParams(URL.canParse(url) ? new URL(url).hash.slice(1) : '');
  const number = (name: string, fallback: number, max: number) => {
    const text = fragment.get(name) ?? '';
    return /^\d{1,6}$/.test(text) ? Math.min(Number(text), max) : fallback;
  };
  return {
    totalTimeoutMs: number('tt', TOTAL_TIMEOUT_MS, TOTAL_TIMEOUT_MS),
    retries: number('rc', 1, 5),
    retryPolicy: (fragment.get('rp') ?? 'ct').split(','),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
