import { AppError } from '@parley/kernel';
import type { ErrorKind, WireError } from '@parley/kernel';
import { z } from 'zod';

/** Epoch ms after which nobody waits for the answer. Hosts keep their clocks within a few ms of each other (NTP). */
export const deadlineHeader = 'Parley-Deadline';
/** Present on a reply whose body is a `WireError`. */
export const errorHeader = 'Parley-Error';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A JSON value as bytes; `undefined` as none. */
export function encodeJson(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array(0) : encoder.encode(JSON.stringify(value));
}

/** @throws SyntaxError or TypeError when `data` is not JSON in UTF-8. No bytes are `undefined`. */
export function decodeJson(data: Uint8Array): unknown {
  return data.length === 0 ? undefined : (JSON.parse(decoder.decode(data)) as unknown);
}

const kinds = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'rate_limited',
  'unavailable',
  'timeout',
  'internal',
] as const satisfies readonly ErrorKind[];

const wireError = z.object({
  code: z.string(),
  kind: z.enum(kinds),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  issues: z
    .array(
      z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string(), type: z.string() }),
    )
    .optional(),
});

/** The error that another service answered with; `internal` when even that is malformed. */
export function errorFromWire(value: unknown): AppError {
  const parsed = wireError.safeParse(value);
  if (parsed.success) {
    const { details, issues, ...rest } = parsed.data;
    const wire: WireError = { ...rest, ...(details && { details }), ...(issues && { issues }) };
    return AppError.fromWire(wire);
  }
  return new AppError('internal', 'ASK.BAD_REPLY', 'A service answered with a malformed error.', {
    cause: parsed.error,
  });
}
