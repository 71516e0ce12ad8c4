import { runOnce } from '@parley/persistence';
import type { DataSource, EntityManager } from 'typeorm';

/** Carries out a command of `ask` in one transaction; a repeat of it gets the same answer. */
export function answerOnce<T>(
  { manager }: DataSource,
  ask: { readonly subject: string },
  command: { readonly user_id: string; readonly command_id: string },
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return runOnce(manager, command.user_id, command.command_id, work, { name: ask.subject });
}
