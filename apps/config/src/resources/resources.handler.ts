import { Controller, Type } from '@nestjs/common';
import {
  actionAsks,
  AskContract,
  promptAsks,
  voiceAsks,
  webhookAsks,
  getWebhookVersion,
} from '@parley/contracts';
import type { WebhookParams } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { runOnce } from '@parley/persistence';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import type { ResourceStore, Stored } from './resource.store';
import { ResourceStores } from './stores';

interface CreateRequest<P> {
  readonly user_id: string;
  readonly command_id: string;
  readonly id: string;
  readonly params: P;
}

interface GetRequest {
  readonly user_id: string;
  readonly id: string;
}

type AnyAsk = AskContract<z.ZodType, z.ZodType>;

/** The answers that every kind of resource gives in the same way. */
function resourceHandler<P extends object>(
  asks: { readonly create: AnyAsk; readonly get: AnyAsk },
  storeOf: (stores: ResourceStores) => ResourceStore<P>,
): Type {
  // What zod derives of a union of params is too deep for the compiler to compare; the contracts' own specs hold it.
  const create = asks.create as AskContract<z.ZodType<CreateRequest<P>>, z.ZodType<unknown, Stored<P>>>;
  const get = asks.get as AskContract<z.ZodType<GetRequest>, z.ZodType<unknown, Stored<P>>>;

  @Controller()
  class ResourceHandler {
    constructor(
      private readonly database: DataSource,
      private readonly stores: ResourceStores,
    ) {}

    @Answers(create)
    create(request: CreateRequest<P>): Promise<Stored<P>> {
      const { user_id: userId, command_id: commandId } = request;
      return runOnce(
        this.database.manager,
        userId,
        commandId,
        (manager) => storeOf(this.stores).create(manager, userId, request.id, request.params),
        { name: asks.create.subject },
      );
    }

    @Answers(get)
    get(request: GetRequest): Promise<Stored<P>> {
      return storeOf(this.stores).get(this.database.manager, request.user_id, request.id);
    }
  }
  return ResourceHandler;
}

@Controller()
class WebhookVersionsHandler {
  constructor(
    private readonly database: DataSource,
    private readonly stores: ResourceStores,
  ) {}

  @Answers(getWebhookVersion)
  async get(
    request: z.output<typeof getWebhookVersion.request>,
  ): Promise<{ webhook: Stored<WebhookParams>; version: number }> {
    const { webhooks } = this.stores;
    const { stored, version } = await webhooks.getVersion(this.database.manager, request.user_id, request.id);
    return { webhook: stored, version };
  }
}

export const resourceHandlers: Type[] = [
  resourceHandler(actionAsks, (stores) => stores.actions),
  resourceHandler(voiceAsks, (stores) => stores.voices),
  resourceHandler(promptAsks, (stores) => stores.prompts),
  resourceHandler(webhookAsks, (stores) => stores.webhooks),
  WebhookVersionsHandler,
];
