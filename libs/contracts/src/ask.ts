import type { z } from 'zod';

/** One question that a service answers over NATS request-reply: its subject, both shapes, and how long to wait. */
export interface AskContract<Req extends z.ZodType, Res extends z.ZodType> {
  readonly subject: string;
  readonly request: Req;
  readonly response: Res;
  readonly timeoutMs: number;
}

/** Declares an ask. The default deadline suits an answer from memory or one database transaction. */
export function ask<Req extends z.ZodType, Res extends z.ZodType>(
  subject: string,
  shape: { request: Req; response: Res; timeoutMs?: number },
): AskContract<Req, Res> {
  return { subject, request: shape.request, response: shape.response, timeoutMs: shape.timeoutMs ?? 5_000 };
}
