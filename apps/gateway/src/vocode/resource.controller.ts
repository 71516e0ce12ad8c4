import { Body, Controller, Get, HttpCode, Post, Query, Req, Type } from '@nestjs/common';
import { AskContract, parseOrThrow } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, idOf } from './identity';
import { Inbound } from './inbound';
import { Outbound } from './outbound';

type CreateRequest = z.ZodType<unknown, { user_id: string; command_id: string; id: string; params: unknown }>;
type GetRequest = z.ZodType<unknown, { user_id: string; id: string }>;

/** What sets one kind of resource apart from another in this dialect. */
export interface VocodeResource<P extends z.ZodType, S extends z.ZodType> {
  /** As in `/v1/<path>`. */
  readonly path: string;
  readonly params: P;
  readonly asks: { readonly create: AskContract<CreateRequest, S>; readonly get: AskContract<GetRequest, S> };
  /** The client's params made fit to travel. */
  readonly bringIn: (inbound: Inbound, params: z.output<P>, owner: { userId: string; id: string }) => unknown;
  /** The stored object as the client sees it. */
  readonly show: (outbound: Outbound, stored: z.output<S>) => unknown;
}

/** The controller of one kind of resource: `POST /v1/<path>/create` and `GET /v1/<path>?id=`. */
export function resourceController<P extends z.ZodType, S extends z.ZodType>(
  resource: VocodeResource<P, S>,
): Type {
  @Controller(`v1/${resource.path}`)
  class ResourceController {
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
      const given = parseOrThrow(resource.params, body ?? {}, ['body']);
      const id = newId();
      const stored = await this.asks.ask(resource.asks.create, {
        user_id: caller.userId,
        command_id: commandIdOf(request),
        id,
        params: resource.bringIn(this.inbound, given, { userId: caller.userId, id }),
      });
      return resource.show(this.outbound, stored);
    }

    @Get()
    async get(@CurrentCaller() caller: Caller, @Query() query: unknown): Promise<unknown> {
      const stored = await this.asks.ask(resource.asks.get, { user_id: caller.userId, id: idOf(query) });
      return resource.show(this.outbound, stored);
    }
  }
  Object.defineProperty(ResourceController, 'name', { value: `${resource.path}.controller` });
  return ResourceController;
}
