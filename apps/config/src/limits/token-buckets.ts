import { bucketCapacity } from '@parley/contracts';
import type { leaseTokens } from '@parley/contracts';
import type { Clock } from '@parley/kernel';
import type { DataSource } from 'typeorm';
import type { z } from 'zod';

/** A bucket that was left alone for so long is full, which is what an unknown one is too. */
const forgetAfterMs = 60_000;

/** What is asked of one bucket, in Postgres' time unless a clock was given. */
const leaseSql = `
  INSERT INTO limit_buckets AS b (bucket, tokens, granted, updated_at)
  VALUES ($1, $2::float8 - least($4::int, floor($2::float8)), least($4::int, floor($2::float8)),
          coalesce($5::timestamptz, clock_timestamp()))
  ON CONFLICT (bucket) DO UPDATE SET (tokens, granted, updated_at) = (
    SELECT filled - least($4::int, floor(filled)), least($4::int, floor(filled)), at
    FROM (SELECT at, least($2::float8,
            b.tokens + $3::float8 * greatest(0, extract(epoch FROM at - b.updated_at))) AS filled
          FROM (SELECT coalesce($5::timestamptz, clock_timestamp()) AS at) AS now) AS bucket)
  RETURNING tokens, granted`;

/**
 * The buckets that all gateways take tokens from, so that a limit of L requests a minute holds over all of them.
 *
 * A bucket is refilled with L/60 tokens a second and holds at most C = max(1, 0.05 L), its `bucketCapacity`. Out of it
 * come, in the T seconds of any window, at most C + L·T/60 tokens. A gateway spends a token at most 1 s after it asked
 * for it, so that what is spent within a minute was granted within 61 s: at most 0.05 L + L·61/60 < 1.07 L requests (for
 * L ≥ 10, the least limit that can be set, at most 1.1 L with C = 1), whatever the number of gateways and of configs.
 * Tokens that are lost on the way (a gateway that dies, an answer too late) only make it fewer.
 *
 * The table is unlogged: a commit waits for no disk, and after a crash of Postgres every bucket is full again, which
 * lets C more through, once.
 */
export class TokenBuckets {
  constructor(
    private readonly database: DataSource,
    private readonly clock?: Clock,
  ) {}

  async lease(request: z.output<typeof leaseTokens.request>): Promise<z.input<typeof leaseTokens.response>> {
    const perSecond = request.limit_per_minute / 60;
    const at = this.clock ? new Date(this.clock.nowMs()) : null;
    const [row] = await this.database.query<{ tokens: number; granted: number }[]>(leaseSql, [
      request.bucket,
      bucketCapacity(request.limit_per_minute),
      perSecond,
      request.wanted,
      at,
    ]);
    if (!row) throw new TypeError('An upsert gave no row.');
    const missing = Math.max(0, 1 - row.tokens);
    return {
      granted: row.granted,
      retry_after_ms: row.granted > 0 ? 0 : Math.ceil((missing / perSecond) * 1_000),
    };
  }

  /** Forgets the buckets that have filled up; gives how many. */
  async prune(): Promise<number> {
    const [, count] = await this.database.query<[unknown, number]>(
      `DELETE FROM limit_buckets WHERE updated_at < clock_timestamp() - make_interval(secs => $1)`,
      [forgetAfterMs / 1_000],
    );
    return count;
  }
}
