import { getUserPlan } from '@parley/contracts';
import { AppError, Clock, RecentMap } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import type { DataSource } from 'typeorm';
import { MonthUsage, usageOfMonth } from './usage-months';

interface KnownLimit {
  readonly minutes: number | null;
  readonly untilMs: number;
}

/** A changed plan holds after this at the latest. */
const rememberMs = 10_000;
const maxRemembered = 10_000;

/** A user's minutes of this month (UTC). Calls that are going on count when they have ended. */
export class MonthlyMinutes {
  private readonly limits = new RecentMap<string, KnownLimit>(maxRemembered);

  constructor(
    private readonly parts: {
      readonly asks: AskClient;
      readonly clock: Clock;
      readonly database: DataSource;
    },
  ) {}

  used(userId: string): Promise<MonthUsage> {
    const { database, clock } = this.parts;
    return usageOfMonth(database.manager, userId, clock.nowMs());
  }

  /** That the plan's are not used up. @throws USAGE.LIMIT_REACHED (`forbidden`) */
  async requireSome(userId: string): Promise<void> {
    const minutes = await this.limitOf(userId);
    if (minutes === null || (await this.used(userId)).connectedMs < minutes * 60_000) return;
    const message = `The plan's ${minutes} minutes of this month are used up.`;
    throw new AppError('forbidden', 'USAGE.LIMIT_REACHED', message, { details: { minutes } });
  }

  private async limitOf(userId: string): Promise<number | null> {
    const { asks, clock } = this.parts;
    const known = this.limits.get(userId);
    if (known && known.untilMs > clock.monotonicMs()) return known.minutes;
    const { monthly_usage_limit_minutes: minutes } = await asks.ask(getUserPlan, { user_id: userId });
    this.limits.set(userId, { minutes, untilMs: clock.monotonicMs() + rememberMs });
    return minutes;
  }
}
