export interface EventuallyOptions {
  /** 5,000 by default. */
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Runs `check` until it no longer throws, and gives its result. After `timeoutMs` it rejects with what `check` threw
 * last.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? 5_000);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 10));
  }
}
