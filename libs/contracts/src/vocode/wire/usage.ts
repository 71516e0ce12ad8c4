import { z } from 'zod';
import { planType } from '../../key-asks';

export const usage = z.object({
  user_id: z.string(),
  plan_type: planType,
  monthly_usage_minutes: z.int(),
  monthly_usage_limit_minutes: z.int().nullable(),
});

export type Usage = z.output<typeof usage>;
