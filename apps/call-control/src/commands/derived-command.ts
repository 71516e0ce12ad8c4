import { createHash } from 'node:crypto';

/** The id of one step of a command at another service: the same for every repeat, and never too long. */
export function derivedCommand(commandId: string, step: string): string {
  const digest = createHash('sha256').update(commandId).digest('base64url');
  return `${digest}:${step}`;
}
