import { Controller } from '@nestjs/common';
import { Call, getCall, getRecording, getUsage, listCalls, ListRequest } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { CallView } from './call-view';
import { CallStretch, ListCallsUseCase } from './list-calls.use-case';
import { MonthlyMinutes } from '../usage/monthly-minutes';

/** What the public API reads of calls. */
@Controller()
export class CallsHandler {
  constructor(
    private readonly views: CallView,
    private readonly listing: ListCallsUseCase,
    private readonly minutes: MonthlyMinutes,
  ) {}

  @Answers(getCall)
  get(request: z.output<typeof getCall.request>): Promise<Call> {
    return this.views.one(request.user_id, request.call_id);
  }

  @Answers(listCalls)
  list(request: ListRequest): Promise<CallStretch> {
    return this.listing.execute(request);
  }

  @Answers(getRecording)
  async recording(request: z.output<typeof getRecording.request>): Promise<{ available: false }> {
    await this.views.require(request.user_id, request.call_id);
    return { available: false };
  }

  @Answers(getUsage)
  async usage(request: z.output<typeof getUsage.request>): Promise<z.output<typeof getUsage.response>> {
    const { connectedMs, calls } = await this.minutes.used(request.user_id);
    return { month_seconds: Math.floor(connectedMs / 1000), month_calls: calls };
  }
}
