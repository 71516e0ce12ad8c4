import { Controller } from '@nestjs/common';
import { leaseTokens } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { TokenBuckets } from './token-buckets';

@Controller()
export class LimitsHandler {
  constructor(private readonly buckets: TokenBuckets) {}

  @Answers(leaseTokens)
  lease(request: z.output<typeof leaseTokens.request>): Promise<z.input<typeof leaseTokens.response>> {
    return this.buckets.lease(request);
  }
}
