import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { parsePossibleNumber } from '@parley/calls';
import {
  BuyNumberParams,
  buyNumber,
  buyNumberParams,
  cancelNumber,
  defaultAgentParams,
  getNumber,
  linkNumber,
  linkNumberParams,
  listNumbers,
  parseOrThrow,
  PhoneNumber,
  updateNumber,
  UpdateNumberParams,
  updateNumberParams,
} from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, fingerprintOf, numberOf } from './identity';
import { Inbound } from './inbound';
import { agentDraft, agentPatch, patchesSecret } from './inbound-agents';
import { Outbound } from './outbound';
import { Presentation, Presented } from './presentation';
import { readPage } from './read-page';

const agentPath = ['body', 'inbound_agent'];

@Controller('v1/numbers')
export class NumbersController {
  constructor(
    private readonly asks: AskClient,
    private readonly inbound: Inbound,
    private readonly outbound: Outbound,
  ) {}

  @Get()
  async get(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const number = await this.asks.ask(getNumber, { user_id: userId, number: numberOf(query) });
    return this.shown(number, presentation);
  }

  @Get('list')
  async list(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Presented() { profile }: Presentation,
  ): Promise<object> {
    const page = await readPage(query, userId, (request) => this.asks.ask(listNumbers, request));
    const items = page.items.map((number) =>
      profile.normalizedPhoneNumber(this.outbound.normalizedPhoneNumber(number)),
    );
    return profile.list({ ...page, items });
  }

  @Post('buy')
  @HttpCode(200)
  async buy(
    @CurrentCaller() { userId }: Caller,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const params = parseOrThrow(buyNumberParams, body ?? {}, ['body']);
    const number = await this.asks.ask(buyNumber, {
      user_id: userId,
      command_id: commandIdOf(request),
      fingerprint: fingerprintOf(request, params),
      number_id: newId(),
      area_code: params.area_code ?? null,
      telephony_account_connection: params.telephony_account_connection ?? null,
      inbound_agent: this.agentOfNewNumber(params.inbound_agent, userId),
    });
    return this.shown(number, presentation);
  }

  @Post('link')
  @HttpCode(200)
  async link(
    @CurrentCaller() { userId }: Caller,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const params = parseOrThrow(linkNumberParams, body ?? {}, ['body']);
    const number = await this.asks.ask(linkNumber, {
      user_id: userId,
      command_id: commandIdOf(request),
      fingerprint: fingerprintOf(request, params),
      number_id: newId(),
      number: parsePossibleNumber(params.phone_number, ['body', 'phone_number']),
      telephony_account_connection: params.telephony_account_connection,
      outbound_only: params.outbound_only,
      inbound_agent: this.agentOfNewNumber(params.inbound_agent, userId),
    });
    return this.shown(number, presentation);
  }

  @Post('update')
  @HttpCode(200)
  async update(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const number = numberOf(query);
    const given = parseOrThrow(updateNumberParams, body ?? {}, ['body']);
    const { inbound_agent, ...rest } = given;
    const agent = await this.agentPatch(inbound_agent, userId, number);
    const updated = await this.asks.ask(updateNumber, {
      user_id: userId,
      command_id: commandIdOf(request, given),
      number,
      params: { ...rest, ...(agent !== undefined && { inbound_agent: agent }) },
    });
    return this.shown(updated, presentation);
  }

  @Post('cancel')
  @HttpCode(200)
  async cancel(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Presented() presentation: Presentation,
  ): Promise<object> {
    const cancelled = await this.asks.ask(cancelNumber, {
      user_id: userId,
      command_id: commandIdOf(request),
      number: numberOf(query),
    });
    return this.shown(cancelled, presentation);
  }

  private shown(number: PhoneNumber, { profile }: Presentation): object {
    return profile.phoneNumber(this.outbound.phoneNumber(number));
  }

  /** Left out, a new number gets the default agent: the first clients bought without a body and then patched it. */
  private agentOfNewNumber(agent: BuyNumberParams['inbound_agent'], userId: string) {
    if (agent === null) return null;
    if (typeof agent === 'string' && agent !== 'default') return agent;
    const params = agent === undefined || agent === 'default' ? defaultAgentParams : agent;
    return { id: newId(), params: agentDraft(params, this.inbound, { userId, path: agentPath }) };
  }

  private async agentPatch(agent: UpdateNumberParams['inbound_agent'], userId: string, number: string) {
    if (agent === undefined || agent === null || typeof agent === 'string') return agent;
    const present = patchesSecret(agent)
      ? (await this.asks.ask(getNumber, { user_id: userId, number })).inbound_agent
      : null;
    return { id: newId(), params: agentPatch(agent, this.inbound, { userId, path: agentPath, present }) };
  }
}
