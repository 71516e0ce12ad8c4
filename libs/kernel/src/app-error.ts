/** What went wrong, in terms a caller can act on. One HTTP status and one retry rule belong to each. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'internal';

/** One wrong field of a request: `path` from the root of the body or query, outermost first. */
export interface FieldIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Machine-readable, e.g. `missing`, `value_error`, `string_type`. */
  readonly type: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Safe to log and to send to another service; no secrets, no personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly issues?: readonly FieldIssue[];
}

/** An `AppError` as it crosses a process boundary. */
export interface WireError {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly issues?: readonly FieldIssue[];
}

const marker = Symbol.for('parley.app-error');
const retryableKinds: readonly ErrorKind[] = ['rate_limited', 'unavailable', 'timeout'];

/**
 * The one error class of Parley. `code` is stable and namespaced (`CALL.NOT_FOUND`); `kind` decides the status and
 * whether a retry may help; `cause` says why. A vendor's error is translated into this in its adapter.
 */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly issues: readonly FieldIssue[] | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.retryable = retryableKinds.includes(kind);
    this.details = options.details;
    this.issues = options.issues;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for an `AppError` of any copy of this package; `instanceof` fails across copies. */
  static is(error: unknown): error is AppError {
    return typeof error === 'object' && error !== null && marker in error;
  }

  /** Any thrown value as an `AppError`; an unknown one becomes `internal` with the original as its cause. */
  static from(error: unknown): AppError {
    if (AppError.is(error)) return error;
    return new AppError('internal', 'INTERNAL', 'An unexpected error occurred.', { cause: error });
  }

  toWire(): WireError {
    return {
      code: this.code,
      kind: this.kind,
      message: this.message,
      ...(this.details && { details: this.details }),
      ...(this.issues && { issues: this.issues }),
    };
  }

  static fromWire(wire: WireError): AppError {
    return new AppError(wire.kind, wire.code, wire.message, {
      ...(wire.details && { details: wire.details }),
      ...(wire.issues && { issues: wire.issues }),
    });
  }
}
