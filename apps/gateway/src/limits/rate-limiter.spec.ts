import { AppError, FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { limitedAddress } from './address';
import type { Lease } from './leased-bucket';
import { RateLimiter } from './rate-limiter';

const logger = createLogger({ service: 'spec', level: 'silent' });

function limiter(answer: (request: Parameters<Lease>[0], asked: number) => ReturnType<Lease>) {
  const clock = new FakeClock(0);
  const asked: number[] = [];
  const subject = new RateLimiter({
    clock,
    logger,
    lease: (request) => {
      asked.push(request.wanted);
      return answer(request, asked.length);
    },
  });
  /** How many of `count` requests passed. */
  const take = async (count: number, bucket = 'b', limit = 600) => {
    const taken = await Promise.allSettled(Array.from({ length: count }, () => subject.take(bucket, limit)));
    return taken.filter(({ status }) => status === 'fulfilled').length;
  };
  return { clock, asked, subject, take };
}
const all: Parameters<typeof limiter>[0] = ({ wanted }) =>
  Promise.resolve({ granted: wanted, retry_after_ms: 0 });

describe('RateLimiter', () => {
  it('asks for nothing where there is no limit', async () => {
    const { asked, take } = limiter(all);
    expect([await take(5, 'b', 0), asked]).toEqual([5, []]);
  });

  it('asks ahead, the more the faster tokens are spent, and less when they lapse', async () => {
    const { asked, take, clock } = limiter(all);
    for (let count = 0; count < 100; count++) await take(1, 'b', 6_000);
    expect(asked.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(Math.max(...asked)).toBe(1 + 6_000 / 240);
    for (let idle = 0; idle < 5; idle++) {
      clock.advance(2_000);
      await take(1, 'b', 6_000);
    }
    expect(asked.at(-1)).toBe(1);
  });

  it('spends no token later than a second after it was asked for', async () => {
    const { asked, take, clock } = limiter((_, count) =>
      Promise.resolve({ granted: count === 1 ? 10 : 0, retry_after_ms: 500 }),
    );
    expect(await take(1)).toBe(1);
    clock.advance(999);
    expect(await take(1)).toBe(1);
    clock.advance(1);
    expect([await take(1), asked.length]).toEqual([0, 2]);
  });

  it('lets as many pass as it was granted, and does not ask again before it makes sense', async () => {
    const { asked, take, clock } = limiter(() =>
      Promise.resolve({ granted: asked.length === 1 ? 2 : 0, retry_after_ms: 300 }),
    );
    expect(await take(5)).toBe(2);
    expect(await take(50)).toBe(0);
    const before = asked.length;
    clock.advance(299);
    await take(1);
    expect(asked.length).toBe(before);
    clock.advance(1);
    await take(1);
    expect(asked.length).toBe(before + 1);
  });

  it('says when to try again', async () => {
    const { subject } = limiter(() => Promise.resolve({ granted: 0, retry_after_ms: 4_200 }));
    const error = await subject.take('b', 600).catch((thrown: unknown) => AppError.from(thrown));
    expect(error).toMatchObject({ kind: 'rate_limited', details: { retryAfterMs: 4_200 } });
  });

  it('limits by itself while the shared bucket cannot be asked, and asks again after a second', async () => {
    let isDown = true;
    const { asked, take, clock } = limiter(() =>
      isDown ? Promise.reject(new Error('down')) : all({ bucket: 'b', limit_per_minute: 600, wanted: 1 }, 1),
    );
    expect([await take(100), asked.length]).toEqual([30, 1]);
    clock.advance(900);
    expect([await take(100), asked.length]).toEqual([9, 1]);
    expect([await take(100, 'other'), asked.length]).toEqual([30, 1]);
    isDown = false;
    clock.advance(100);
    expect([await take(1), asked.length]).toEqual([1, 2]);
  });

  it('takes a lease that comes too late for none', async () => {
    const { take, clock } = limiter(({ wanted }) => {
      clock.advance(1_000);
      return Promise.resolve({ granted: wanted + 1_000, retry_after_ms: 0 });
    });
    expect(await take(100)).toBe(30);
  });

  it('remembers a bounded number of buckets', async () => {
    const { asked, subject } = limiter(({ wanted }) =>
      Promise.resolve({ granted: wanted + 1, retry_after_ms: 0 }),
    );
    for (let index = 0; index <= 10_000; index++) await subject.take(`b${index}`, 600);
    await subject.take('b10000', 600);
    expect(asked).toHaveLength(10_001);
    await subject.take('b0', 600);
    expect(asked).toHaveLength(10_002);
  });
});

describe('limitedAddress', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
    ['2001:db8:1:2::', '20010db800010002/64'],
    ['fe80::1%eth0', 'fe80000000000000/64'],
    ['no address', 'unknown'],
    ['', 'unknown'],
  ])('counts %s as %s', (ip, expected) => expect(limitedAddress(ip)).toBe(expected));
});
