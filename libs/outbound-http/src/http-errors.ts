import { AppError } from '@parley/kernel';

const lost = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'];
const unreachable = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES'];
const names = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL'];
const timeouts = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];
const tls = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO|HOSTNAME_MISMATCH)/;
const neverSent = ['HTTP.CONNECT', 'HTTP.UNKNOWN_HOST', 'HTTP.BAD_URL', 'HTTP.BLOCKED_ADDRESS'];
const badResponse = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE)/;

/** undici's, Node's and the connector's errors in the house's terms. */
export function translateHttpError(error: unknown): AppError {
  if (AppError.is(error)) return error;
  const code = codeOf(error);
  if (timeouts.includes(code)) return timedOut(error);
  if (unreachable.includes(code)) return failure('HTTP.CONNECT', 'No connection could be made.', error);
  if (names.includes(code)) {
    return failure('HTTP.UNKNOWN_HOST', 'The name of the host cannot be resolved.', error);
  }
  if (lost.includes(code)) {
    return failure('HTTP.CONNECTION_LOST', 'The connection broke before the answer was whole.', error);
  }
  if (tls.test(code)) return failure('HTTP.TLS', 'No trusted TLS connection could be made.', error);
  if (badResponse.test(code) || isParserError(error)) {
    return failure('HTTP.BAD_RESPONSE', 'The answer is not valid HTTP.', error);
  }
  return failure('HTTP.FAILED', 'The request failed.', error);
}

/** @param cause what showed it, when there is something. */
export function timedOut(cause?: unknown): AppError {
  return new AppError('timeout', 'HTTP.TIMEOUT', 'No whole answer came in time.', { cause });
}

function failure(code: string, message: string, cause: unknown): AppError {
  const reason = codeOf(cause);
  return new AppError('unavailable', code, message, { cause, ...(reason && { details: { reason } }) });
}

/** Trying several addresses fails with an AggregateError; its first member tells more. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : '';
}

/** Some of undici's parser errors carry no code. */
function isParserError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HTTPParserError';
}

/**
 * True when no byte of the request can have reached the other side, so that sending it again is no repetition: the name
 * was not resolved, or no connection was made. False whenever that is not certain: a connection that broke, a TLS
 * handshake that failed, an answer that did not come in time.
 */
export function wasNeverSent(error: unknown): boolean {
  const { code, cause } = AppError.from(error);
  return neverSent.includes(code) || codeOf(cause) === 'UND_ERR_CONNECT_TIMEOUT';
}
