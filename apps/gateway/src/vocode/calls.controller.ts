import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { parsePossibleNumber } from '@parley/calls';
import { createCallParams, endCall, getCall, parseOrThrow, placeCall } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, idOf } from './identity';
import { Inbound } from './inbound';
import { Outbound } from './outbound';

@Controller('v1/calls')
export class CallsController {
  constructor(
    private readonly asks: AskClient,
    private readonly inbound: Inbound,
    private readonly outbound: Outbound,
  ) {}

  @Post('create')
  @HttpCode(200)
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const { agent, from_number, to_number, ...rest } = parseOrThrow(createCallParams, body ?? {}, ['body']);
    const placed = await this.asks.ask(placeCall, {
      ...rest,
      user_id: caller.userId,
      command_id: commandIdOf(request),
      call_id: newId(),
      from_number: parsePossibleNumber(from_number, ['body', 'from_number']),
      to_number: parsePossibleNumber(to_number, ['body', 'to_number']),
      agent:
        typeof agent === 'string'
          ? agent
          : { id: newId(), params: this.inbound.agentDraft(agent, caller.userId, ['body', 'agent']) },
    });
    return this.outbound.call(placed);
  }

  @Get()
  async get(@CurrentCaller() caller: Caller, @Query() query: unknown): Promise<unknown> {
    return this.outbound.call(await this.asks.ask(getCall, { user_id: caller.userId, call_id: idOf(query) }));
  }

  @Post('end')
  @HttpCode(200)
  async end(
    @CurrentCaller() caller: Caller,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const ended = await this.asks.ask(endCall, {
      user_id: caller.userId,
      call_id: idOf(query),
      command_id: commandIdOf(request),
    });
    return this.outbound.call(ended);
  }
}
