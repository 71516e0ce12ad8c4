import { FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { Pruner } from './pruner';

const logger = createLogger({ service: 'spec', level: 'silent' });
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('Pruner', () => {
  it('prunes once a minute, goes on after a failure, and stops when closed', async () => {
    const clock = new FakeClock();
    let runs = 0;
    const pruner = new Pruner({
      what: 'leaves',
      clock,
      logger,
      prune: () => (++runs === 1 ? Promise.reject(new Error('away')) : Promise.resolve(1)),
    });
    pruner.start();
    expect(runs).toBe(0);
    for (let minute = 0; minute < 3; minute++) {
      clock.advance(60_000);
      await settle();
    }
    expect(runs).toBe(3);
    await pruner.close();
    clock.advance(600_000);
    await settle();
    expect(runs).toBe(3);
  });

  it('waits at its close for what is under way', async () => {
    const clock = new FakeClock();
    let finish = (): void => undefined;
    const pruner = new Pruner({
      what: 'leaves',
      clock,
      logger,
      prune: () => new Promise((resolve) => (finish = () => resolve(0))),
    });
    pruner.start();
    clock.advance(60_000);
    let closed = false;
    const closing = pruner.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    finish();
    await closing;
    clock.advance(600_000);
    expect(closed).toBe(true);
  });
});
