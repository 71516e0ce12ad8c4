import { Controller } from '@nestjs/common';
import { Agent, agentAsks, ListRequest, NormalizedAgent, resolveCallAgent } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { answerOnce } from '../commands/answer-once';
import type { ListOf } from '../lists/list-rows';
import { AgentStore } from './agent.store';

@Controller()
export class AgentsHandler {
  constructor(
    private readonly database: DataSource,
    private readonly agents: AgentStore,
  ) {}

  @Answers(agentAsks.create)
  create(request: z.output<typeof agentAsks.create.request>): Promise<Agent> {
    return answerOnce(this.database, agentAsks.create, request, (manager) =>
      this.agents.create(manager, request.user_id, request.id, request.params),
    );
  }

  @Answers(agentAsks.get)
  get(request: z.output<typeof agentAsks.get.request>): Promise<Agent> {
    return this.agents.get(this.database.manager, request.user_id, request.id);
  }

  @Answers(agentAsks.update)
  update(request: z.output<typeof agentAsks.update.request>): Promise<Agent> {
    return answerOnce(this.database, agentAsks.update, request, (manager) =>
      this.agents.patch(manager, request.user_id, request.id, request.params, ['body']),
    );
  }

  @Answers(agentAsks.list)
  list(request: ListRequest): Promise<ListOf<NormalizedAgent>> {
    return this.agents.list(this.database.manager, request);
  }

  /** A stored agent is only read, so it needs no command; one given inline is stored once. */
  @Answers(resolveCallAgent)
  resolve(request: z.output<typeof resolveCallAgent.request>): Promise<Agent> {
    const { user_id: userId, agent } = request;
    if (typeof agent === 'string') return this.agents.get(this.database.manager, userId, agent);
    return answerOnce(this.database, resolveCallAgent, request, (manager) =>
      this.agents.create(manager, userId, agent.id, agent.params, ['body', 'agent']),
    );
  }
}
