import { AppError } from '@parley/kernel';

const usualPatienceMs = 4_000;
const everyMs = 40;

/** Runs a command again while the same one is being carried out elsewhere, so that a repeat gets its answer too. */
export async function untilFree<T>(work: () => Promise<T>, patienceMs = usualPatienceMs): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isBusy = AppError.is(error) && error.code === 'COMMAND.IN_FLIGHT';
      if (!isBusy || performance.now() >= deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
