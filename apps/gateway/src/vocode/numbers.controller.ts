import { Body, Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import {
  BuyNumberParams,
  buyNumber,
  buyNumberParams,
  defaultAgentParams,
  getNumber,
  holdsSecret,
  parseOrThrow,
  updateNumber,
  UpdateNumberParams,
  updateNumberParams,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, numberOf } from './identity';
import { Inbound } from './inbound';
import { Outbound } from './outbound';

@Controller('v1/numbers')
export class NumbersController {
  constructor(
    private readonly asks: AskClient,
    private readonly inbound: Inbound,
    private readonly outbound: Outbound,
  ) {}

  @Post('buy')
  @HttpCode(200)
  async buy(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const params = parseOrThrow(buyNumberParams, body ?? {}, ['body']);
    refuseUnserved(params);
    const number = await this.asks.ask(buyNumber, {
      user_id: caller.userId,
      command_id: commandIdOf(request),
      number_id: newId(),
      area_code: params.area_code ?? null,
      inbound_agent: this.agentOfNewNumber(params.inbound_agent, caller.userId),
    });
    return this.outbound.phoneNumber(number);
  }

  @Post('update')
  @HttpCode(200)
  async update(
    @CurrentCaller() caller: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const number = numberOf(query);
    const { inbound_agent, ...rest } = parseOrThrow(updateNumberParams, body ?? {}, ['body']);
    const agent = await this.agentPatch(inbound_agent, caller.userId, number);
    const updated = await this.asks.ask(updateNumber, {
      user_id: caller.userId,
      command_id: commandIdOf(request),
      number,
      params: { ...rest, ...(agent !== undefined && { inbound_agent: agent }) },
    });
    return this.outbound.phoneNumber(updated);
  }

  /** Left out, a new number gets the default agent: the first clients bought without a body and then patched it. */
  private agentOfNewNumber(agent: BuyNumberParams['inbound_agent'], userId: string) {
    if (agent === null) return null;
    if (agent === undefined || agent === 'default') {
      return { id: newId(), params: this.inbound.agentDraft(defaultAgentParams, userId, []) };
    }
    if (typeof agent === 'string') return agent;
    return { id: newId(), params: this.inbound.agentDraft(agent, userId, ['body', 'inbound_agent']) };
  }

  private async agentPatch(agent: UpdateNumberParams['inbound_agent'], userId: string, number: string) {
    if (agent === undefined || agent === null || typeof agent === 'string') return agent;
    const present =
      typeof agent.voice === 'object' && holdsSecret(agent.voice)
        ? (await this.asks.ask(getNumber, { user_id: userId, number })).inbound_agent
        : null;
    const sameVoice = typeof agent.voice === 'object' && present?.voice.type === agent.voice.type;
    const path = ['body', 'inbound_agent'];
    const voiceId = sameVoice ? present.voice.id : undefined;
    return { id: newId(), params: this.inbound.agentPatch(agent, userId, { path, voiceId }) };
  }
}

/** This deployment buys at Twilio. `vonage` is what a request says that left the field out. */
function refuseUnserved(params: BuyNumberParams): void {
  if (!params.telephony_account_connection) return;
  const field = 'telephony_account_connection';
  const message = 'is not served: numbers are bought on the account of this deployment';
  throw new AppError('invalid', 'NUMBER.NOT_SERVED', `${field} ${message}`, {
    issues: [{ path: ['body', field], message, type: 'value_error' }],
  });
}
