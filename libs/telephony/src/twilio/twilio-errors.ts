import { AppError } from '@parley/kernel';

/** What a request does at the carrier: a change of unknown outcome must not be repeated, a read may. */
export type RequestKind = 'read' | 'change';

export type AccountOwner = 'deployment' | 'user';

/** Codes of Node's that come before a single byte was sent. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whatever the SDK throws, as one of the codes that the carrier's port names. */
export function translateTwilioError(
  error: unknown,
  { kind, owner }: { readonly kind: RequestKind; readonly owner: AccountOwner },
): AppError {
  if (AppError.is(error)) return error;
  const { status, code, message } = readError(error);
  const options = {
    cause: withoutRequest(error),
    details: { ...(status && { status }), ...(code && { carrierCode: code }) },
  };
  if (status === 401) return notAccepted(owner, options);
  if (status !== undefined) return answered(status, message, options);
  if (kind === 'change' && !neverSent.has(String(code))) {
    return new AppError('timeout', 'CARRIER.UNKNOWN_OUTCOME', 'The carrier did not answer.', options);
  }
  return new AppError('unavailable', 'CARRIER.UNAVAILABLE', 'The carrier cannot be reached.', options);
}

/** True for answers that say that the call is over or was never there: 404, 20404, 21220. */
export function saysCallIsOver(error: unknown): boolean {
  const { status, code } = readError(error);
  return status === 404 || code === 20404 || code === 21220;
}

/** True for answers that say that the account has no such thing. */
export function saysUnknown(error: unknown): boolean {
  const { status, code } = readError(error);
  return status === 404 || code === 20404;
}

/** True when a number was sold to someone else between the search and the purchase. */
export function saysNumberIsGone(error: unknown): boolean {
  const { code } = readError(error);
  return code === 21421 || code === 21422;
}

/** A user can mend its own credentials, nobody who asks can mend the deployment's. */
function notAccepted(owner: AccountOwner, options: { cause: unknown; details: object }): AppError {
  const fields = { cause: options.cause, details: { ...options.details } };
  const code = 'CARRIER.UNAUTHENTICATED';
  if (owner === 'deployment') {
    const text = 'The carrier does not accept the credentials of this deployment.';
    return new AppError('unavailable', code, text, fields);
  }
  const text = 'Twilio does not accept the account SID and the auth token of the account connection.';
  return new AppError('invalid', code, text, fields);
}

function answered(status: number, message: string, options: { cause: unknown; details: object }): AppError {
  const fields = { cause: options.cause, details: { ...options.details } };
  if (status === 429) {
    return new AppError(
      'rate_limited',
      'CARRIER.RATE_LIMITED',
      'The carrier takes no more requests now.',
      fields,
    );
  }
  if (status >= 500) {
    return new AppError('unavailable', 'CARRIER.UNAVAILABLE', 'The carrier has a fault.', fields);
  }
  return new AppError('invalid', 'CARRIER.REFUSED', message, fields);
}

/** The HTTP client's errors carry the request, Authorization header included; only their words may go further. */
function withoutRequest(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const bare = new Error(error.message);
  if (error.stack) bare.stack = error.stack;
  return bare;
}

/** An answer with an HTML or empty body has a status but no code, so the status decides. */
function readError(error: unknown): { status?: number; code?: number | string; message: string } {
  if (typeof error !== 'object' || error === null) return { message: 'The carrier refused.' };
  const { status, code, message } = error as { status?: unknown; code?: unknown; message?: unknown };
  return {
    ...(typeof status === 'number' && { status }),
    ...((typeof code === 'number' || typeof code === 'string') && { code }),
    message: typeof message === 'string' && message ? message.slice(0, 300) : 'The carrier refused.',
  };
}
