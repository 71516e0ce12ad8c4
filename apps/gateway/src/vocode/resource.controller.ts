import { Body, Controller, Get, HttpCode, Post, Query, Req, Type } from '@nestjs/common';
import { AskContract, listRequest, parseOrThrow } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Caller, CurrentCaller } from '../auth/caller';
import { commandIdOf, idOf } from './identity';
import { Inbound, Place } from './inbound';
import { Outbound } from './outbound';
import { Presentation, Presented } from './presentation';
import type { Profile } from './profiles/profile';
import { readPage } from './read-page';

interface OfObject {
  user_id: string;
  id: string;
}
type Write = z.ZodType<unknown, OfObject & { command_id: string; params: unknown }>;
type List<N> = z.ZodType<{ items: N[]; total: number; total_is_estimated: boolean }>;

/** What sets one kind of resource apart from another in this dialect. */
export interface VocodeResource<P extends z.ZodType, U extends z.ZodType, S, N> {
  /** As in `/v1/<path>`. */
  readonly path: string;
  readonly params: P;
  readonly updateParams: U;
  readonly asks: {
    readonly create: AskContract<Write, z.ZodType<S>>;
    readonly get: AskContract<z.ZodType<unknown, OfObject>, z.ZodType<S>>;
    readonly update: AskContract<Write, z.ZodType<S>>;
    readonly list: AskContract<typeof listRequest, List<N>>;
  };
  /** The client's params made fit to travel. */
  readonly bringIn: (parts: Parts, params: z.output<P>, place: Place) => unknown;
  readonly bringInPatch: (parts: Parts, params: z.output<U>, place: Place) => unknown;
  /** The stored object as the client sees it. */
  readonly show: (outbound: Outbound, stored: S, profile: Profile) => object;
  readonly showListed: (
    parts: Parts,
    items: readonly N[],
    to: { readonly userId: string; readonly profile: Profile },
  ) => readonly object[] | Promise<readonly object[]>;
}

export interface Parts {
  readonly asks: AskClient;
  readonly inbound: Inbound;
  readonly outbound: Outbound;
}

/** The controller of one kind of resource: `GET /v1/<path>`, and `/list`, `/create` and `/update` below it. */
export function resourceController<P extends z.ZodType, U extends z.ZodType, S, N>(
  resource: VocodeResource<P, U, S, N>,
): Type {
  @Controller(`v1/${resource.path}`)
  class ResourceController implements Parts {
    constructor(
      readonly asks: AskClient,
      readonly inbound: Inbound,
      readonly outbound: Outbound,
    ) {}

    @Get()
    async get(
      @CurrentCaller() caller: Caller,
      @Query() query: unknown,
      @Presented() { profile }: Presentation,
    ): Promise<object> {
      const stored = await this.asks.ask(resource.asks.get, { user_id: caller.userId, id: idOf(query) });
      return resource.show(this.outbound, stored, profile);
    }

    @Get('list')
    async list(
      @CurrentCaller() { userId }: Caller,
      @Query() query: unknown,
      @Presented() { profile }: Presentation,
    ): Promise<object> {
      const page = await readPage(query, userId, (request) => this.asks.ask(resource.asks.list, request));
      const items = await resource.showListed(this, page.items, { userId, profile });
      return profile.list({ ...page, items });
    }

    @Post('create')
    @HttpCode(200)
    async create(
      @CurrentCaller() { userId }: Caller,
      @Body() body: unknown,
      @Req() request: FastifyRequest,
      @Presented() { profile }: Presentation,
    ): Promise<object> {
      const given = parseOrThrow(resource.params, body ?? {}, ['body']);
      const id = newId();
      const stored = await this.asks.ask(resource.asks.create, {
        user_id: userId,
        command_id: commandIdOf(request, given),
        id,
        params: resource.bringIn(this, given, { userId, id, path: ['body'] }),
      });
      return resource.show(this.outbound, stored, profile);
    }

    @Post('update')
    @HttpCode(200)
    async update(
      @CurrentCaller() { userId }: Caller,
      @Query() query: unknown,
      @Body() body: unknown,
      @Req() request: FastifyRequest,
      @Presented() { profile }: Presentation,
    ): Promise<object> {
      const id = idOf(query);
      const given = parseOrThrow(resource.updateParams, body ?? {}, ['body']);
      const stored = await this.asks.ask(resource.asks.update, {
        user_id: userId,
        command_id: commandIdOf(request, given),
        id,
        params: await resource.bringInPatch(this, given, { userId, id, path: ['body'] }),
      });
      return resource.show(this.outbound, stored, profile);
    }
  }
  Object.defineProperty(ResourceController, 'name', { value: `${resource.path}.controller` });
  return ResourceController;
}
