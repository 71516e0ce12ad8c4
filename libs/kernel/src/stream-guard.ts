import type { AppError } from './app-error';
import type { CancelTimer, Clock } from './clock';

/**
 * Watches over one streamed request: ends it when the caller's signal says so, or when what was expected did not come
 * in time. `failure` then says why; it stays undefined when the caller ended it.
 */
export class StreamGuard {
  private readonly controller = new AbortController();
  private cancelTimer: CancelTimer | undefined;
  private reason: AppError | undefined;
  private readonly onAbort = () => this.controller.abort();

  constructor(
    private readonly callerSignal: AbortSignal,
    private readonly clock: Clock,
  ) {
    if (callerSignal.aborted) this.controller.abort();
    else callerSignal.addEventListener('abort', this.onAbort, { once: true });
  }

  /** For the request. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get endedByCaller(): boolean {
    return this.callerSignal.aborted;
  }

  get failure(): AppError | undefined {
    return this.reason;
  }

  /** Something must come within `timeoutMs`, else the request ends with this error. Replaces what was expected. */
  expect(timeoutMs: number, makeError: () => AppError): void {
    this.rest();
    this.cancelTimer = this.clock.after(timeoutMs, () => {
      this.reason = makeError();
      this.controller.abort();
    });
  }

  /** Nothing is expected for now. */
  rest(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** Ends the request, if it has not ended, and lets go of the caller's signal. */
  close(): void {
    this.rest();
    this.callerSignal.removeEventListener('abort', this.onAbort);
    this.controller.abort();
  }
}
