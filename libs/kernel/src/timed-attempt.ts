import type { AppError } from './app-error';
import type { Clock } from './clock';
import { StreamGuard } from './stream-guard';

export interface AttemptLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** From the beginning to the first item. */
  readonly firstMs: number;
  /** The longest wait between two. */
  readonly stallMs: number;
  /** `began`: whether something had come already. */
  makeError(began: boolean): AppError;
}

/** Streams what `open` gives; throws when it gives nothing in time. Ends without an error when `signal` says so. */
export async function* timedAttempt<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  limits: AttemptLimits,
): AsyncGenerator<T> {
  const guard = new StreamGuard(limits.signal, limits.clock);
  try {
    guard.expect(limits.firstMs, () => limits.makeError(false));
    for await (const item of open(guard.signal)) {
      // No deadline runs while the consumer has the item.
      guard.rest();
      yield item;
      guard.expect(limits.stallMs, () => limits.makeError(true));
    }
  } catch (error) {
    if (!guard.endedByCaller) throw guard.failure ?? error;
  } finally {
    guard.close();
  }
  // A stream that was aborted for being late ends like one that is over.
  if (guard.failure && !guard.endedByCaller) throw guard.failure;
}
