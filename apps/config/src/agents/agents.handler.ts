import { Controller } from '@nestjs/common';
import { Agent, agentAsks, ListRequest, NormalizedAgent, resolveCallAgent } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { runOnce } from '@parley/persistence';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
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
    const { user_id: userId, command_id: commandId } = request;
    return runOnce(
      this.database.manager,
      userId,
      commandId,
      (manager) => this.agents.create(manager, userId, request.id, request.params),
      { name: agentAsks.create.subject },
    );
  }

  @Answers(agentAsks.get)
  get(request: z.output<typeof agentAsks.get.request>): Promise<Agent> {
    return this.agents.get(this.database.manager, request.user_id, request.id);
  }

  @Answers(agentAsks.update)
  update(request: z.output<typeof agentAsks.update.request>): Promise<Agent> {
    const { user_id: userId, command_id: commandId } = request;
    return runOnce(
      this.database.manager,
      userId,
      commandId,
      (manager) => this.agents.patch(manager, userId, request.id, request.params, ['body']),
      { name: agentAsks.update.subject },
    );
  }

  @Answers(agentAsks.list)
  list(request: ListRequest): Promise<ListOf<NormalizedAgent>> {
    return this.agents.list(this.database.manager, request);
  }

  /** A stored agent is only read, so it needs no command; one given inline is stored once. */
  @Answers(resolveCallAgent)
  resolve(request: z.output<typeof resolveCallAgent.request>): Promise<Agent> {
    const { user_id: userId, command_id: commandId, agent } = request;
    if (typeof agent === 'string') return this.agents.get(this.database.manager, userId, agent);
    return runOnce(
      this.database.manager,
      userId,
      commandId,
      (manager) => this.agents.create(manager, userId, agent.id, agent.params, ['body', 'agent']),
      { name: resolveCallAgent.subject },
    );
  }
}
