import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { parsePossibleNumber } from '@parley/calls';
import {
  Call,
  createCallParams,
  endCall,
  getCall,
  getRecording,
  listCalls,
  parseOrThrow,
  placeCall,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, fingerprintOf, idOf } from './identity';
import { Inbound } from './inbound';
import { agentDraft } from './inbound-agents';
import { Outbound } from './outbound';
import { Presentation, Presented } from './presentation';
import { readPage } from './read-page';

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
    @CurrentCaller() { userId }: Caller,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const given = parseOrThrow(createCallParams, body ?? {}, ['body']);
    const { agent, from_number, to_number, ...rest } = given;
    const placed = await this.asks.ask(placeCall, {
      ...rest,
      user_id: userId,
      command_id: commandIdOf(request),
      fingerprint: fingerprintOf(request, given),
      call_id: newId(),
      from_number: parsePossibleNumber(from_number, ['body', 'from_number']),
      to_number: parsePossibleNumber(to_number, ['body', 'to_number']),
      agent:
        typeof agent === 'string'
          ? agent
          : { id: newId(), params: agentDraft(agent, this.inbound, { userId, path: ['body', 'agent'] }) },
    });
    return this.shown(placed, presentation);
  }

  /** `/get` is a slip of Vocode's documentation. */
  @Get(['', 'get'])
  async get(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const call = await this.asks.ask(getCall, { user_id: userId, call_id: idOf(query) });
    return this.shown(call, presentation);
  }

  @Get('list')
  async list(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Presented() { profile, times }: Presentation,
  ): Promise<object> {
    const page = await readPage(query, userId, (request) => this.asks.ask(listCalls, request));
    const items = page.items.map((call) => profile.normalizedCall(this.outbound.normalizedCall(call, times)));
    return profile.list({ ...page, items });
  }

  @Get('recording')
  recording(@CurrentCaller() caller: Caller, @Query() query: unknown): Promise<never> {
    return this.recordingOf(caller.userId, idOf(query));
  }

  /** Another slip of the documentation. */
  @Get('recording/:id')
  recordingByPath(@CurrentCaller() caller: Caller, @Param() path: unknown): Promise<never> {
    return this.recordingOf(caller.userId, idOf(path, 'path'));
  }

  @Post('end')
  @HttpCode(200)
  async end(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const ended = await this.asks.ask(endCall, {
      user_id: userId,
      call_id: idOf(query),
      command_id: commandIdOf(request),
    });
    return this.shown(ended, presentation);
  }

  private shown(call: Call, { profile }: Presentation): object {
    return profile.call(this.outbound.call(call));
  }

  /** @throws {CALL.NOT_FOUND}, {RECORDING.NOT_FOUND}: nothing records calls yet. */
  private async recordingOf(userId: string, callId: string): Promise<never> {
    await this.asks.ask(getRecording, { user_id: userId, call_id: callId });
    throw new AppError('not_found', 'RECORDING.NOT_FOUND', 'Recording not available');
  }
}
