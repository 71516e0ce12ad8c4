import { Controller, Type } from '@nestjs/common';
import {
  actionAsks,
  AskContract,
  getWebhookVersion,
  ListRequest,
  listRequest,
  promptAsks,
  promptTemplateAsks,
  vectorDatabaseAsks,
  voiceAsks,
  webhookAsks,
} from '@parley/contracts';
import type { WebhookParams } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { DataSource, EntityManager } from 'typeorm';
import type { z } from 'zod';
import { answerOnce } from '../commands/answer-once';
import type { ListOf } from '../lists/list-rows';
import type { Patch } from './merge-patch';
import type { ResourceStore, Stored } from './resource.store';
import { ResourceStores } from './stores';

interface GetRequest {
  readonly user_id: string;
  readonly id: string;
}

interface Command<P> extends GetRequest {
  readonly command_id: string;
  readonly params: P;
}

type AnyAsk = AskContract<z.ZodType, z.ZodType>;
type Asks = Readonly<Record<'create' | 'get' | 'update' | 'list', AnyAsk>>;
type Ask<Request, Response> = AskContract<z.ZodType<Request>, z.ZodType<unknown, Response>>;

/** What zod derives of a union of params is too deep for the compiler to compare; the contracts' own specs hold it. */
function typed<P>(asks: Asks) {
  return {
    create: asks.create as Ask<Command<P>, unknown>,
    get: asks.get as Ask<GetRequest, unknown>,
    update: asks.update as Ask<Command<Patch<P>>, unknown>,
    list: asks.list as AskContract<typeof listRequest, z.ZodType<unknown, ListOf<Stored<P>>>>,
  };
}

/** The answers that every kind of resource gives in the same way. `whole` embeds what an object refers to. */
function resourceHandler<P extends object>(
  untyped: Asks,
  storeOf: (stores: ResourceStores) => ResourceStore<P>,
  whole: (stores: ResourceStores, manager: EntityManager, stored: Stored<P>) => unknown = (_, __, stored) =>
    stored,
): Type {
  const asks = typed<P>(untyped);

  @Controller()
  class ResourceHandler {
    private readonly store: ResourceStore<P>;

    constructor(
      private readonly database: DataSource,
      private readonly stores: ResourceStores,
    ) {
      this.store = storeOf(stores);
    }

    @Answers(asks.create)
    create(request: Command<P>): Promise<unknown> {
      return this.once(asks.create, request, (manager) =>
        this.store.create(manager, request.user_id, request.id, request.params),
      );
    }

    @Answers(asks.get)
    async get(request: GetRequest): Promise<unknown> {
      const { manager } = this.database;
      return whole(this.stores, manager, await this.store.get(manager, request.user_id, request.id));
    }

    @Answers(asks.update)
    update(request: Command<Patch<P>>): Promise<unknown> {
      return this.once(asks.update, request, (manager) =>
        this.store.patch(manager, request.user_id, request.id, request.params, ['body']),
      );
    }

    @Answers(asks.list)
    list(request: ListRequest): Promise<ListOf<Stored<P>>> {
      return this.store.list(this.database.manager, request);
    }

    private once(
      ask: AnyAsk,
      command: Command<unknown>,
      work: (manager: EntityManager) => Promise<Stored<P>>,
    ): Promise<unknown> {
      return answerOnce(this.database, ask, command, async (manager) =>
        whole(this.stores, manager, await work(manager)),
      );
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
  resourceHandler(
    promptAsks,
    (stores) => stores.prompts,
    (stores, manager, prompt) => stores.wholePrompt(manager, prompt),
  ),
  resourceHandler(promptTemplateAsks, (stores) => stores.promptTemplates),
  resourceHandler(vectorDatabaseAsks, (stores) => stores.vectorDatabases),
  resourceHandler(webhookAsks, (stores) => stores.webhooks),
  WebhookVersionsHandler,
];
