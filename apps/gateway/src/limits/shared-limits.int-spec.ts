import 'reflect-metadata';
import { AppError, FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { createTestDatabase } from '@parley/testing';
import type { TestDatabase } from '@parley/testing';
import type { DataSource } from 'typeorm';
/* eslint-disable @nx/enforce-module-boundaries -- the real buckets of config; the two meet over NATS only */
import { configDatabase } from '../../../config/src/database';
import { TokenBuckets } from '../../../config/src/limits/token-buckets';
import { migrate } from '../../../../libs/persistence/src/migrate';
/* eslint-enable @nx/enforce-module-boundaries */
import { RateLimiter } from './rate-limiter';

const minuteMs = 60_000;
const gateways = 3;

describe('a limit that three gateways share', () => {
  const logger = createLogger({ service: 'spec', level: 'silent' });
  let testDatabase: TestDatabase;
  let database: DataSource;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: (url) => migrate(configDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: '' })),
    });
    database = await configDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: '' }).initialize();
  });

  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  /** Every `stepMs` each gateway gets the requests of its `demand`. Gives the times at which one was let pass. */
  async function run(options: {
    limit: number;
    forMs: number;
    stepMs: number;
    demand: (gateway: number, nowMs: number) => number;
    answerAfterMs?: (gateway: number) => number;
  }): Promise<number[]> {
    const clock = new FakeClock(1_800_000_000_000);
    const buckets = new TokenBuckets(database, clock);
    const asking = new Set<Promise<unknown>>();
    const limiters = Array.from({ length: gateways }, (_, gateway) => {
      const delayMs = options.answerAfterMs?.(gateway) ?? 0;
      return new RateLimiter({
        clock,
        logger,
        lease: async (request) => {
          const leasing = buckets.lease(request);
          asking.add(leasing);
          const lease = await leasing.finally(() => asking.delete(leasing));
          if (delayMs > 0) await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
          return lease;
        },
      });
    });
    const startMs = clock.nowMs();
    const passed: number[] = [];
    const open = new Set<Promise<void>>();
    for (let atMs = 0; atMs < options.forMs; atMs += options.stepMs) {
      limiters.forEach((limiter, gateway) => {
        for (let count = options.demand(gateway, atMs); count > 0; count--) {
          const taken = limiter.take(`key:${options.limit}`, options.limit).then(
            () => void passed.push(clock.nowMs() - startMs),
            (error: unknown) => expect(AppError.from(error).kind).toBe('rate_limited'),
          );
          open.add(taken);
          void taken.finally(() => open.delete(taken));
        }
      });
      await settle(asking);
      clock.advance(options.stepMs);
    }
    await settle(asking);
    clock.advance(1_000);
    await Promise.all(open);
    await database.query('TRUNCATE limit_buckets');
    return passed.sort((a, b) => a - b);
  }

  /** Until all is decided that does not wait for the clock. */
  async function settle(asking: ReadonlySet<Promise<unknown>>): Promise<void> {
    do {
      await Promise.all(asking);
      await new Promise((resolve) => setImmediate(resolve));
    } while (asking.size > 0);
  }

  function fullestMinute(times: readonly number[]): number {
    let first = 0;
    return times.reduce((most, time, index) => {
      while ((times[first] ?? 0) <= time - minuteMs) first += 1;
      return Math.max(most, index - first + 1);
    }, 0);
  }

  const within = (times: readonly number[], fromMs: number) =>
    times.filter((time) => time >= fromMs && time < fromMs + minuteMs).length;

  it('holds within a tenth in every minute, and gives what it promises', async () => {
    const limit = 600;
    const times = await run({ limit, forMs: 2 * minuteMs, stepMs: 100, demand: () => 8 });
    expect(fullestMinute(times)).toBeLessThanOrEqual(1.1 * limit);
    for (const fromMs of [0, 30_000, minuteMs])
      expect(within(times, fromMs)).toBeGreaterThanOrEqual(0.8 * limit);
  }, 60_000);

  it('also when answers are late, one gateway is idle for long, and all burst at once after that', async () => {
    const limit = 600;
    const times = await run({
      limit,
      forMs: 2 * minuteMs,
      stepMs: 100,
      demand: (gateway, nowMs) => (nowMs < minuteMs && gateway !== 0 ? 0 : gateway === 2 ? 2 : 20),
      answerAfterMs: (gateway) => gateway * 350,
    });
    expect(fullestMinute(times)).toBeLessThanOrEqual(1.1 * limit);
    for (const fromMs of [0, minuteMs]) expect(within(times, fromMs)).toBeGreaterThanOrEqual(0.8 * limit);
  }, 60_000);

  it('also when it is the least that can be set', async () => {
    const times = await run({ limit: 10, forMs: 3 * minuteMs, stepMs: 250, demand: () => 2 });
    expect(fullestMinute(times)).toBeLessThanOrEqual(11);
    for (const fromMs of [0, minuteMs, 2 * minuteMs]) expect(within(times, fromMs)).toBeGreaterThanOrEqual(8);
  }, 60_000);

  it('says when to try again, and lets nobody feel what others do', async () => {
    const clock = new FakeClock(1_900_000_000_000);
    const buckets = new TokenBuckets(database, clock);
    const lease = (bucket: string, wanted: number) => buckets.lease({ bucket, limit_per_minute: 60, wanted });
    expect(await lease('a', 100)).toEqual({ granted: 3, retry_after_ms: 0 });
    expect(await lease('a', 1)).toEqual({ granted: 0, retry_after_ms: 1_000 });
    expect(await lease('b', 1)).toEqual({ granted: 1, retry_after_ms: 0 });
    clock.advance(400);
    expect(await lease('a', 1)).toEqual({ granted: 0, retry_after_ms: 600 });
    clock.advance(600);
    expect(await lease('a', 1)).toEqual({ granted: 1, retry_after_ms: 0 });
  });

  it('grants a token once, however many ask at the same time', async () => {
    const buckets = new TokenBuckets(database);
    const leases = await Promise.all(
      Array.from({ length: 40 }, () => buckets.lease({ bucket: 'many', limit_per_minute: 600, wanted: 3 })),
    );
    const granted = leases.reduce((sum, lease) => sum + lease.granted, 0);
    expect(granted).toBeGreaterThanOrEqual(30);
    expect(granted).toBeLessThanOrEqual(35);
  });

  it('forgets buckets that have filled up', async () => {
    const buckets = new TokenBuckets(database);
    await buckets.lease({ bucket: 'old', limit_per_minute: 600, wanted: 1 });
    await buckets.lease({ bucket: 'new', limit_per_minute: 600, wanted: 1 });
    await database.query(
      `UPDATE limit_buckets SET updated_at = now() - interval '2 minutes' WHERE bucket = 'old'`,
    );
    await buckets.prune();
    const left = await database.query<{ bucket: string }[]>('SELECT bucket FROM limit_buckets');
    expect(left.map(({ bucket }) => bucket)).toContain('new');
    expect(left.map(({ bucket }) => bucket)).not.toContain('old');
  });
});
