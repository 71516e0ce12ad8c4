import { Controller, Get } from '@nestjs/common';
import { getUsage, getUserPlan } from '@parley/contracts';
import { AskClient } from '@parley/messaging';
import { Caller, CurrentCaller } from '../auth/caller';
import { Presentation, Presented } from './presentation';

@Controller('v1/usage')
export class UsageController {
  constructor(private readonly asks: AskClient) {}

  /** Begun minutes count, as they do for the limit. */
  @Get()
  async get(@CurrentCaller() { userId }: Caller, @Presented() { profile }: Presentation): Promise<object> {
    const [plan, used] = await Promise.all([
      this.asks.ask(getUserPlan, { user_id: userId }),
      this.asks.ask(getUsage, { user_id: userId }),
    ]);
    return profile.usage({
      user_id: userId,
      plan_type: plan.plan_type,
      monthly_usage_minutes: Math.ceil(used.month_seconds / 60),
      monthly_usage_limit_minutes: plan.monthly_usage_limit_minutes,
    });
  }
}
