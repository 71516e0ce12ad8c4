import { z } from 'zod';
import { uuid } from './fields';

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

/** What an ask about a user's own things says. */
export const byUser = z.object({ user_id: uuid });

/** What names a command, at its owner and within its user: a repeat under the same id gets the same answer. */
export const commandId = z.string().min(1).max(200);
export const command = byUser.extend({ command_id: commandId });
