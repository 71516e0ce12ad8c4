import { AppError } from '@parley/kernel';

/** What a refused handshake tells. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string | undefined;
  /** By which the vendor's support finds the request. */
  readonly requestId?: string | undefined;
}

const headersOfReasons = ['dg-error', 'x-error-message'];
const headersOfRequestIds = ['dg-request-id', 'x-requestid', 'x-request-id'];

/** Reads a refused handshake's headers as the vendors word them. */
export function refusalOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Refusal {
  const first = (names: readonly string[]) =>
    names.map((name) => [headers[name]].flat()[0]).find((value) => value !== undefined);
  return { status, reason: first(headersOfReasons), requestId: first(headersOfRequestIds) };
}

/** Translates a handshake that was answered with something other than 101. */
export function refusalError(vendor: string, refusal: Refusal): AppError {
  const { status } = refusal;
  const details = {
    status,
    ...(refusal.reason && { reason: refusal.reason.slice(0, 200) }),
    ...(refusal.requestId && { requestId: refusal.requestId }),
  };
  if (status === 401 || status === 403) return refusedKey(vendor, details);
  if (status === 402) return noCredit(vendor, details);
  if (status === 429) return tooMany(vendor, details);
  if (status >= 400 && status < 500 && status !== 408) return rejected(vendor, details);
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', `${vendor} is not available.`, { details });
}

export type ErrorDetails = Readonly<Record<string, string | number>>;

export function refusedKey(vendor: string, details: ErrorDetails): AppError {
  return new AppError('unauthenticated', 'TRANSCRIBER.UNAUTHENTICATED', `${vendor} refused the key.`, {
    details,
  });
}

export function noCredit(vendor: string, details: ErrorDetails): AppError {
  return new AppError('forbidden', 'TRANSCRIBER.QUOTA_EXHAUSTED', `The ${vendor} account has no credit.`, {
    details,
  });
}

export function tooMany(vendor: string, details: ErrorDetails): AppError {
  return new AppError('rate_limited', 'TRANSCRIBER.RATE_LIMITED', `${vendor} takes no more sessions.`, {
    details,
  });
}

export function rejected(vendor: string, details: ErrorDetails): AppError {
  return new AppError('invalid', 'TRANSCRIBER.REJECTED', `${vendor} refused the session.`, { details });
}

/** The network failed before or during a session. */
export function networkError(vendor: string, cause: unknown): AppError {
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', `The connection to ${vendor} failed.`, {
    cause,
  });
}

/** The vendor ended the session, by a close or by a message. */
export function endedSession(vendor: string, details: ErrorDetails): AppError {
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', `${vendor} closed the session.`, { details });
}

export function connectTimeout(vendor: string): AppError {
  return new AppError('timeout', 'TRANSCRIBER.TIMEOUT', `${vendor} did not answer the handshake in time.`);
}

export function stalled(vendor: string, stallTimeoutMs: number): AppError {
  return new AppError('timeout', 'TRANSCRIBER.STALLED', `${vendor} hears audio and says nothing.`, {
    details: { stallTimeoutMs },
  });
}

/** Noise may sound like words: this alone shows that a session is of no use only where none has ever heard anything. */
export function mute(vendor: string): AppError {
  return new AppError('timeout', 'TRANSCRIBER.MUTE', `${vendor} does not notice that somebody speaks.`);
}
