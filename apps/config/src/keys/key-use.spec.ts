import { FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { KeyUse } from './key-use';

const logger = createLogger({ service: 'spec', level: 'silent' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

function keyUse(store: (usedAtMs: ReadonlyMap<string, number>) => Promise<void>) {
  const clock = new FakeClock(1_000);
  const use = new KeyUse({ clock, logger, store });
  use.start();
  return { clock, use };
}

describe('KeyUse', () => {
  it('stores the last use of each key in one go, and nothing when there was none', async () => {
    const stored: [string, number][][] = [];
    const { clock, use } = keyUse((usedAtMs) => Promise.resolve(void stored.push([...usedAtMs])));
    use.note('a');
    clock.advance(5_000);
    use.note('a');
    use.note('b');
    expect(stored).toEqual([]);
    clock.advance(5_000);
    await settle();
    expect(stored).toEqual([
      [
        ['a', 6_000],
        ['b', 6_000],
      ],
    ]);
    clock.advance(60_000);
    await settle();
    expect(stored).toHaveLength(1);
  });

  it('stores later what could not be stored, a newer use first', async () => {
    const stored: [string, number][][] = [];
    let fails = true;
    const { clock, use } = keyUse((usedAtMs) => {
      if (fails) return Promise.reject(new Error('no database'));
      return Promise.resolve(void stored.push([...usedAtMs]));
    });
    use.note('a');
    use.note('b');
    clock.advance(10_000);
    await settle();
    fails = false;
    use.note('a');
    await use.close();
    expect(stored).toEqual([
      [
        ['a', 11_000],
        ['b', 1_000],
      ],
    ]);
  });
});
