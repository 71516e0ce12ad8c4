import { Controller } from '@nestjs/common';
import {
  AccountConnection,
  accountConnectionAsks,
  getSigningToken,
  ListRequest,
  removeFromSteeringPool,
  storeInSteeringPool,
  TwilioAccountConnection,
} from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { answerOnce } from '../commands/answer-once';
import type { ListOf } from '../lists/list-rows';
import { ConnectionStore } from './connection.store';

const { create, get, update, list } = accountConnectionAsks;

@Controller()
export class ConnectionsHandler {
  constructor(
    private readonly database: DataSource,
    private readonly connections: ConnectionStore,
  ) {}

  @Answers(create)
  create(request: z.output<typeof create.request>): Promise<AccountConnection> {
    return answerOnce(this.database, create, request, (manager) =>
      this.connections.create(manager, request.user_id, request.id, request.params),
    );
  }

  @Answers(get)
  get(request: z.output<typeof get.request>): Promise<AccountConnection> {
    return this.connections.get(this.database.manager, request.user_id, request.id);
  }

  @Answers(update)
  update(request: z.output<typeof update.request>): Promise<AccountConnection> {
    return answerOnce(this.database, update, request, (manager) =>
      this.connections.patch(manager, request.user_id, request.id, request.params),
    );
  }

  @Answers(list)
  list(request: ListRequest): Promise<ListOf<AccountConnection>> {
    return this.connections.list(this.database.manager, request);
  }

  @Answers(getSigningToken)
  async signingToken({
    user_id: userId,
    id,
  }: z.output<typeof getSigningToken.request>): Promise<z.output<typeof getSigningToken.response>> {
    const { connection, version } = await this.connections.getTwilio(this.database.manager, userId, id);
    return { ...connection.credentials, version };
  }

  @Answers(storeInSteeringPool)
  addToPool(request: z.output<typeof storeInSteeringPool.request>): Promise<TwilioAccountConnection> {
    return answerOnce(this.database, storeInSteeringPool, request, (manager) =>
      this.connections.addToPool(manager, request.user_id, request.id, request.number),
    );
  }

  @Answers(removeFromSteeringPool)
  removeFromPool(request: z.output<typeof removeFromSteeringPool.request>): Promise<TwilioAccountConnection> {
    return answerOnce(this.database, removeFromSteeringPool, request, (manager) =>
      this.connections.removeFromPool(manager, request.user_id, request.id, request.number),
    );
  }
}
