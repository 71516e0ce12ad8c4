import { AppError } from '@parley/kernel';

/** What a refused handshake tells beside its status. */
export interface Refusal {
  readonly status: number;
  /** The `dg-error` header. */
  readonly reason?: string | undefined;
  /** The `dg-request-id` header; Deepgram's support asks for it. */
  readonly requestId?: string | undefined;
}

/** Translates a handshake that was answered with something other than 101. */
export function refusalError(refusal: Refusal): AppError {
  const details = {
    status: refusal.status,
    ...(refusal.reason && { reason: refusal.reason.slice(0, 200) }),
    ...(refusal.requestId && { requestId: refusal.requestId }),
  };
  const { status } = refusal;
  if (status === 401 || status === 403)
    return new AppError('unauthenticated', 'TRANSCRIBER.UNAUTHENTICATED', 'Deepgram refused the key.', {
      details,
    });
  if (status === 402)
    return new AppError('forbidden', 'TRANSCRIBER.QUOTA_EXHAUSTED', 'The Deepgram account has no credit.', {
      details,
    });
  if (status === 429)
    return new AppError('rate_limited', 'TRANSCRIBER.RATE_LIMITED', 'Deepgram takes no more sessions.', {
      details,
    });
  if (status >= 400 && status < 500 && status !== 408)
    return new AppError('invalid', 'TRANSCRIBER.REJECTED', 'Deepgram refused the session.', { details });
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'Deepgram is not available.', { details });
}

/** The network failed before or during a session. */
export function networkError(cause: unknown): AppError {
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'The connection to Deepgram failed.', {
    cause,
  });
}

/** The socket closed though nobody here asked for it. 1008 (DATA-0000) means that the audio is no audio. */
export function closeError(closeCode: number, reason: string): AppError {
  const details = { closeCode, ...(reason && { reason: reason.slice(0, 200) }) };
  if (closeCode === 1008)
    return new AppError('invalid', 'TRANSCRIBER.REJECTED', 'Deepgram cannot read the audio.', { details });
  return new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'Deepgram closed the session.', { details });
}
