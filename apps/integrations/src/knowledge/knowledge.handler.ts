import { Controller } from '@nestjs/common';
import { knowledgeAsks, lookUp, LookUp } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { DocumentStore } from './document.store';
import { LookUpUseCase } from './look-up.use-case';

type Request<Name extends keyof typeof knowledgeAsks> = z.output<(typeof knowledgeAsks)[Name]['request']>;

@Controller()
export class KnowledgeHandler {
  constructor(
    private readonly lookUps: LookUpUseCase,
    private readonly documents: DocumentStore,
  ) {}

  @Answers(lookUp)
  async lookUp(request: LookUp) {
    return { passages: await this.lookUps.execute(request) };
  }

  @Answers(knowledgeAsks.put)
  put({ user_id: userId, id, params }: Request<'put'>) {
    return this.documents.put(userId, id, params);
  }

  @Answers(knowledgeAsks.get)
  get({ user_id: userId, id }: Request<'get'>) {
    return this.documents.get(userId, id);
  }

  @Answers(knowledgeAsks.list)
  list({ user_id: userId, agent, ...stretch }: Request<'list'>) {
    return this.documents.list(userId, agent, stretch);
  }

  @Answers(knowledgeAsks.delete)
  async delete({ user_id: userId, id }: Request<'delete'>) {
    return { existed: await this.documents.delete(userId, id) };
  }

  @Answers(knowledgeAsks.has)
  async has({ user_id: userId, agent_id: agentId }: Request<'has'>) {
    return { has: await this.documents.has(userId, agentId) };
  }
}
