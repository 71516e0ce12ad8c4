import { AppError } from '@parley/kernel';
import type { GuardedHttpClient, GuardedResponse } from '@parley/outbound-http';
import { jsonBody } from '../json-body';

export interface KnowledgeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
}

/**
 * Asks a vendor something that changes nothing, and gives the JSON object that it answers. A connection that had gone
 * stale is made again once, within the same deadline.
 * @throws KNOWLEDGE.TIMEOUT, KNOWLEDGE.UNAUTHENTICATED, KNOWLEDGE.RATE_LIMITED, KNOWLEDGE.UNAVAILABLE, KNOWLEDGE.BAD_ANSWER
 */
export async function askKnowledge(http: GuardedHttpClient, request: KnowledgeRequest): Promise<object> {
  const response = await send(http, request);
  refuseStatus(response.status);
  const answer = response.truncated ? undefined : jsonBody(response.body);
  if (typeof answer === 'object' && answer !== null) return answer;
  throw badAnswer();
}

export function badAnswer(): AppError {
  return new AppError('unavailable', 'KNOWLEDGE.BAD_ANSWER', 'The answer of the vendor cannot be used.');
}

async function send(http: GuardedHttpClient, request: KnowledgeRequest): Promise<GuardedResponse> {
  const sent = () =>
    http.request({
      url: request.url,
      method: 'POST',
      headers: { ...request.headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request.body),
      timeoutMs: Math.max(1, request.deadlineMs - performance.now()),
    });
  try {
    return await sent().catch((error: unknown) => {
      if (AppError.from(error).code === 'HTTP.CONNECTION_LOST') return sent();
      throw error;
    });
  } catch (error) {
    throw translated(AppError.from(error));
  }
}

function translated({ code, message, kind }: AppError): AppError {
  if (code === 'HTTP.TIMEOUT') return new AppError('timeout', 'KNOWLEDGE.TIMEOUT', message);
  const isOurs = kind === 'invalid' || kind === 'forbidden';
  return new AppError(isOurs ? kind : 'unavailable', code.replace(/^HTTP\./, 'KNOWLEDGE.'), message);
}

function refuseStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  const failure = (kind: AppError['kind'], code: string) =>
    new AppError(kind, code, `The vendor answered with status ${status}.`);
  if (status === 401 || status === 403) throw failure('forbidden', 'KNOWLEDGE.UNAUTHENTICATED');
  if (status === 429) throw failure('rate_limited', 'KNOWLEDGE.RATE_LIMITED');
  throw failure('unavailable', 'KNOWLEDGE.UNAVAILABLE');
}
