import { AppError } from '@parley/kernel';

/** What a vendor answered in place of audio. */
export interface Refusal {
  readonly status: number;
  /** The status that says what is meant, where the vendor uses another one for it. */
  readonly means?: number | undefined;
  /** The vendor's name for what is wrong; its own message is left out, for it may repeat the text. */
  readonly reason?: string | undefined;
  /** How long the vendor wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** Translates an answer other than 200. `vendor`: its name, for people. */
export function refusalError(vendor: string, refusal: Refusal): AppError {
  const { status, means = status, reason, retryAfterMs } = refusal;
  const options = {
    details: {
      status,
      ...(reason && { reason: reason.slice(0, 200) }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  };
  if (means === 401 || means === 403)
    return new AppError(
      'unauthenticated',
      'SYNTHESIZER.UNAUTHENTICATED',
      `${vendor} refused the key.`,
      options,
    );
  if (means === 402)
    return new AppError(
      'forbidden',
      'SYNTHESIZER.QUOTA_EXHAUSTED',
      `The ${vendor} account has no credit.`,
      options,
    );
  if (means === 429)
    return new AppError(
      'rate_limited',
      'SYNTHESIZER.RATE_LIMITED',
      `${vendor} takes no more requests.`,
      options,
    );
  if (means >= 400 && means < 500 && means !== 408)
    return new AppError('invalid', 'SYNTHESIZER.REJECTED', `${vendor} refused the request.`, options);
  return unavailable(`${vendor} is not available.`, options.details);
}

/** The network failed before or during the answer. */
export function networkError(vendor: string, cause: unknown): AppError {
  return new AppError('unavailable', 'SYNTHESIZER.UNAVAILABLE', `The connection to ${vendor} failed.`, {
    cause,
  });
}

/** The vendor answers, but not as it should. */
export function unavailable(message: string, details?: Readonly<Record<string, unknown>>): AppError {
  return new AppError('unavailable', 'SYNTHESIZER.UNAVAILABLE', message, details && { details });
}

export function noFirstByte(vendor: string, timeoutMs: number): AppError {
  const details = { timeoutMs };
  return new AppError('timeout', 'SYNTHESIZER.TIMEOUT', `${vendor} sent no audio in time.`, { details });
}

export function stalled(timeoutMs: number): AppError {
  const details = { timeoutMs };
  return new AppError('timeout', 'SYNTHESIZER.STALLED', 'The audio stopped in the middle.', { details });
}

export function noAudio(): AppError {
  return new AppError('unavailable', 'SYNTHESIZER.EMPTY', 'No audio came.');
}

export function tooMuchAudio(vendor: string): AppError {
  return unavailable(`${vendor} sent more audio than any utterance takes.`);
}

/** A `Retry-After` in seconds, as ms; undefined for a date or nonsense. */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = [header].flat()[0] ?? '';
  return /^\d{1,6}(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : undefined;
}

/** Reads a field out of a text that should be JSON and may be anything. */
export function jsonField(text: string, read: (json: unknown) => string | undefined): string | undefined {
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
