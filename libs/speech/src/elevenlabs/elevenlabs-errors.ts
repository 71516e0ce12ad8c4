import { AppError } from '@parley/kernel';
import { z } from 'zod';

const body = z.object({
  detail: z.union([
    z.object({ status: z.string() }).transform((detail) => detail.status),
    z
      .array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }))
      .transform((issues) => `wrong: ${issues.map((issue) => issue.loc.join('.')).join(', ')}`),
    z.string(),
  ]),
});

/** Translates an answer other than 200; `text` is its body, of whatever kind. */
export function answerError(status: number, text: string): AppError {
  const reason = reasonOf(text);
  const details = { status, ...(reason && { reason: reason.slice(0, 200) }) };
  if (status === 401 || status === 403)
    return new AppError('unauthenticated', 'SYNTHESIZER.UNAUTHENTICATED', 'ElevenLabs refused the key.', {
      details,
    });
  if (status === 429)
    return new AppError('rate_limited', 'SYNTHESIZER.RATE_LIMITED', 'ElevenLabs takes no more requests.', {
      details,
    });
  if (status >= 400 && status < 500 && status !== 408)
    return new AppError('invalid', 'SYNTHESIZER.REJECTED', 'ElevenLabs refused the request.', { details });
  return new AppError('unavailable', 'SYNTHESIZER.UNAVAILABLE', 'ElevenLabs is not available.', { details });
}

/** The network failed before or during the answer. */
export function networkError(cause: unknown): AppError {
  return new AppError('unavailable', 'SYNTHESIZER.UNAVAILABLE', 'The connection to ElevenLabs failed.', {
    cause,
  });
}

function reasonOf(text: string): string | undefined {
  try {
    return body.safeParse(JSON.parse(text)).data?.detail;
  } catch {
    return undefined;
  }
}
