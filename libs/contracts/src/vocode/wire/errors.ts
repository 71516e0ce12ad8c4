import { z } from 'zod';

/** One wrong field of a request. */
export const validationError = z.object({
  loc: z.array(z.union([z.string(), z.int()])),
  msg: z.string(),
  type: z.string(),
  /** What was sent there; cut when long, masked where it may be a secret. */
  input: z.unknown().meta({ mayBeLeftOut: true }),
});

/** The body of every 422. Clients of the reference fail on a text in `detail` there. */
export const httpValidationError = z.object({ detail: z.array(validationError) });

/** The body of every other refusal. */
export const refusal = z.object({ detail: z.string() });
