import { fetchContext, knowledgeAsks } from '@parley/contracts';
import type { Agent } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';

export interface CallProblem {
  readonly code: string;
  readonly message: string;
}

/** What a conversation can start from beside its agent. */
export interface Background {
  /** What the customer's system knows of the caller; null when it was not asked. */
  readonly context: Record<string, string> | null;
  /** True, or absent. */
  readonly documents: { readonly hasDocuments?: true };
  /** What could not be had, for the call's log: the call goes on without. */
  readonly problems: readonly CallProblem[];
}

interface AboutCall {
  readonly userId: string;
  readonly callId: string;
  readonly agent: Agent;
  /** Who calls; null when that is not known, or when it is we who call: a context then comes with the request. */
  readonly caller: string | null;
}

/** Asks integrations, before a call begins, for what its conversation needs. Takes 3.4 s at most, and never rejects. */
export class CallBackground {
  constructor(private readonly asks: AskClient) {}

  async of(call: AboutCall): Promise<Background> {
    const [known, found] = await Promise.all([this.context(call), this.documents(call)]);
    return {
      context: known.context,
      documents: found.has ? { hasDocuments: true } : {},
      problems: [...known.problems, ...found.problems],
    };
  }

  private async context({ userId, callId, agent, caller }: AboutCall) {
    const url = agent.prompt.context_endpoint ?? agent.context_endpoint;
    if (url === null || caller === null) return { context: null, problems: [] };
    try {
      return await this.asks.ask(fetchContext, {
        user_id: userId,
        call_id: callId,
        url,
        phone_number: caller,
      });
    } catch (error) {
      const problem = problemOf(error, 'The context endpoint could not be asked');
      return { context: {}, problems: [problem] };
    }
  }

  /** An agent with a vector database looks nothing up here. */
  private async documents({ userId, agent }: AboutCall) {
    if (agent.vector_database !== null) return { has: false, problems: [] };
    try {
      const { has } = await this.asks.ask(knowledgeAsks.has, { user_id: userId, agent_id: agent.id });
      return { has, problems: [] };
    } catch (error) {
      return { has: false, problems: [problemOf(error, 'Documents are not looked up in this call')] };
    }
  }
}

function problemOf(error: unknown, what: string): CallProblem {
  const { code, message } = AppError.from(error);
  return { code: 'INTEGRATIONS.UNAVAILABLE', message: `${what}: ${code}: ${message}` };
}
