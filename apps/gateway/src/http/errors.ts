import type { AppError, ErrorKind, FieldIssue } from '@parley/kernel';
import { cut, RequestParts, shownInput } from './shown-input';

const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
  internal: 500,
};

export interface ShownIssue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
  readonly input: unknown;
}

export interface HttpError {
  readonly status: number;
  readonly body: { detail: string | ShownIssue[] };
}

/**
 * An error as this API's clients expect it: 422 carries a list in `detail` (their SDKs fail on a text there), any
 * other status a text.
 */
export function toHttpError(error: AppError, request: RequestParts): HttpError {
  const status = statusOfKind[error.kind];
  if (status !== 422) return { status, body: { detail: messageFor(error) } };
  const issues: readonly FieldIssue[] = error.issues ?? [
    { path: ['body'], message: error.message, type: 'value_error' },
  ];
  const shown = ({ path, message, type }: FieldIssue): ShownIssue => ({
    // A name can be the client's own, as long as it likes.
    loc: path.map((part) => (typeof part === 'string' ? cut(part) : part)),
    msg: message,
    type,
    input: shownInput(request, path),
  });
  return { status, body: { detail: issues.map(shown) } };
}

/** What failed between our own services is nothing that a client could read anything from. */
function messageFor(error: AppError): string {
  if (error.kind === 'internal') return 'An unexpected error occurred.';
  if (!error.code.startsWith('ASK.')) return error.message;
  return error.kind === 'timeout'
    ? 'There was no answer in time. The request may have had its effect.'
    : 'The service is not available now. Please try again.';
}
