import { FakeClock, newId } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import type { ClaimedDelivery } from './delivery.store';
import { DeliveryWorker } from './delivery-worker';

const delivery = (): ClaimedDelivery => ({
  userId: 'u',
  endpointId: 'e',
  leaseId: 'l',
  attempt: 1,
  event: { eventId: newId(), callId: 'c', type: 't', payload: {}, sequence: 1, createdAtMs: 0 },
  target: undefined,
});

/** Lets all promises that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp(queue: ClaimedDelivery[], maxInFlight = 2) {
  const clock = new FakeClock();
  const finish: (() => void)[] = [];
  const limits: number[] = [];
  const signals: AbortSignal[] = [];
  const worker = new DeliveryWorker({
    clock,
    logger: createLogger({ service: 'spec', level: 'silent' }),
    leaseMs: 30_000,
    maxInFlight,
    maxInFlightPerEndpoint: 8,
    pollMs: 500,
    drainMs: 1_000,
    store: {
      claim: ({ limit }) => {
        limits.push(limit);
        return Promise.resolve(queue.splice(0, limit));
      },
    },
    attempt: {
      run: (_claimed, signal) =>
        new Promise((resolve) => {
          signals.push(signal);
          finish.push(resolve);
          signal.addEventListener('abort', () => resolve());
        }),
    },
  });
  return { worker, clock, finish, limits, signals };
}

describe('DeliveryWorker', () => {
  it('never has more under way than it may, and claims again when one ends', async () => {
    const { worker, clock, finish, limits } = setUp([delivery(), delivery(), delivery()]);
    worker.start();
    await settle();
    expect(finish).toHaveLength(2);
    finish[0]!();
    await settle();
    expect(finish).toHaveLength(3);
    expect(Math.max(...limits)).toBe(2);
    const closing = worker.close();
    await settle();
    clock.advance(1_000);
    await closing;
  });

  it('polls, and is woken before the poll is due', async () => {
    const queue: ClaimedDelivery[] = [];
    const { worker, clock, finish } = setUp(queue);
    worker.start();
    await settle();
    queue.push(delivery());
    await settle();
    expect(finish).toHaveLength(0);
    clock.advance(500);
    await settle();
    expect(finish).toHaveLength(1);
    queue.push(delivery());
    worker.wake();
    await settle();
    expect(finish).toHaveLength(2);
    finish.forEach((end) => end());
    await worker.close();
  });

  it('lets attempts finish at its end, and breaks them off only when they outlast the drain', async () => {
    const { worker, clock, finish, signals } = setUp([delivery(), delivery()]);
    worker.start();
    await settle();
    const closing = worker.close();
    await settle();
    finish[0]!();
    clock.advance(999);
    await settle();
    expect(signals[1]!.aborted).toBe(false);
    clock.advance(1);
    await closing;
    expect(signals[1]!.aborted).toBe(true);
  });
});
