import { createContext, Script } from 'node:vm';
import { AppError } from '@parley/kernel';

const script = new Script('result = work()');

/**
 * Runs `work` to its end and gives its result, but cuts it after `limitMs` of running, wherever it is: in a loop, or
 * within the one matching of a regular expression. For work whose length someone else decides. Whatever `work` was
 * changing may be left half changed.
 * @throws TIMEOUT `WORK.TOO_LONG`, and what `work` throws.
 */
export function withinTime<T>(limitMs: number, work: () => T): T {
  const context: { work: () => T; result?: T } = { work };
  try {
    script.runInContext(createContext(context), { timeout: limitMs });
  } catch (error) {
    if (isCut(error)) throw new AppError('timeout', 'WORK.TOO_LONG', 'This took too long.');
    throw error;
  }
  return context.result as T;
}

function isCut(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
