import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from '@parley/kernel';

const current = new AsyncLocalStorage<string>();

/** The header that carries a trace id from process to process, on asks and on tells. */
export const traceHeader = 'Parley-Trace-Id';

/** The trace id of the work in progress; `undefined` outside of any. */
export function currentTraceId(): string | undefined {
  return current.getStore();
}

/** Runs `work`, and all that it awaits, under `traceId`; without one, under a fresh one. */
export function withTrace<T>(traceId: string | undefined, work: () => T): T {
  return current.run(traceId ?? newId(), work);
}
