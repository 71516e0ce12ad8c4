import { Body, Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { parsePossibleNumber } from '@parley/calls';
import {
  addToSteeringPool,
  addToSteeringPoolParams,
  parseOrThrow,
  removeFromSteeringPool,
  removeFromSteeringPoolParams,
} from '@parley/contracts';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, idOf } from './identity';
import { Outbound } from './outbound';
import { Presentation, Presented } from './presentation';

const phoneNumber = ['body', 'phone_number'];

/** The numbers of a connected account that transfers borrow. */
@Controller('v1/account_connections')
export class SteeringPoolsController {
  constructor(
    private readonly asks: AskClient,
    private readonly outbound: Outbound,
  ) {}

  @Post('add_to_steering_pool')
  @HttpCode(200)
  async add(
    @CurrentCaller() caller: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() { profile }: Presentation,
  ): Promise<object> {
    const id = idOf(query);
    const { phone_number } = parseOrThrow(addToSteeringPoolParams, body ?? {}, ['body']);
    const connection = await this.asks.ask(addToSteeringPool, {
      user_id: caller.userId,
      command_id: commandIdOf(request, { phone_number }),
      id,
      number: phone_number === null ? null : parsePossibleNumber(phone_number, phoneNumber),
    });
    return profile.accountConnection(this.outbound.accountConnection(connection));
  }

  @Post('remove_from_steering_pool')
  @HttpCode(200)
  async remove(
    @CurrentCaller() caller: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() { profile }: Presentation,
  ): Promise<object> {
    const id = idOf(query);
    const { phone_number } = parseOrThrow(removeFromSteeringPoolParams, body ?? {}, ['body']);
    const connection = await this.asks.ask(removeFromSteeringPool, {
      user_id: caller.userId,
      command_id: commandIdOf(request, { phone_number }),
      id,
      number: parsePossibleNumber(phone_number, phoneNumber),
    });
    return profile.accountConnection(this.outbound.accountConnection(connection));
  }
}
