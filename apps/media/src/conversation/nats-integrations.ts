import { lookUp, runAction } from '@parley/contracts';
import type { CallSpec, RunAction } from '@parley/contracts';
import type { ActionAnswer, Integrations, Passage } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';

/** In all, repeats among it: the conversation waits 12 s. */
const actionWithinMs = 11_500;
const repeatAfterMs = [200, 500, 1_000, 2_000] as const;
const leastAskMs = 500;

/** integrations over NATS, for one call. */
export class NatsIntegrations implements Integrations {
  constructor(
    private readonly asks: AskClient,
    private readonly clock: Clock,
    private readonly spec: CallSpec,
  ) {}

  /** Repeated while nobody answers: the same ids never run twice. */
  async runAction(run: Parameters<Integrations['runAction']>[0], signal: AbortSignal): Promise<ActionAnswer> {
    const request = this.runRequest(run);
    const untilMs = this.clock.monotonicMs() + actionWithinMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const timeoutMs = untilMs - this.clock.monotonicMs();
        const { success, result, agent_message } = await this.asks.ask(runAction, request, { timeoutMs });
        return { success, result, agentMessage: agent_message };
      } catch (error) {
        const waitMs = repeatAfterMs[attempt];
        const hasTime =
          waitMs !== undefined && this.clock.monotonicMs() + waitMs + leastAskMs < untilMs && !signal.aborted;
        if (!hasTime || !AppError.from(error).retryable) throw error;
        await this.pause(waitMs);
      }
    }
  }

  async lookUp(words: string): Promise<readonly Passage[]> {
    const { user_id, call_id, agent } = this.spec;
    const { passages } = await this.asks.ask(lookUp, {
      user_id,
      call_id,
      agent_id: agent.id,
      vector_database: agent.vector_database,
      words: words.slice(-2_000),
    });
    return passages;
  }

  private runRequest({ toolCallId, actionId, input }: Parameters<Integrations['runAction']>[0]): RunAction {
    const { user_id, call_id, agent, hipaa_compliant: hipaa } = this.spec;
    const action = agent.actions.find(({ id }) => id === actionId);
    if (action?.type !== 'action_external') {
      throw new AppError('internal', 'ACTION.UNKNOWN', 'The call has no such action.');
    }
    const { name, url, input_schema, signature_secret, speak_on_receive } = action.config;
    return {
      user_id,
      call_id,
      tool_call_id: toolCallId,
      action: { id: actionId, name, url, input_schema, signature_secret, speak_on_receive },
      input: { ...input },
      hipaa,
    };
  }

  private pause(forMs: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(forMs, resolve));
  }
}
