import { mediaPrepare } from '@parley/contracts';
import type { Agent, MediaPrepare } from '@parley/contracts';
import type { Logger } from '@parley/messaging';

/** Sends a message that may be lost. */
export interface Broadcast {
  publish(subject: string, payload: string): void;
}

/** What is known of a call before anyone takes it. */
export interface RingingCall {
  readonly agent: Agent;
  readonly context: Readonly<Record<string, string>> | null;
  readonly hipaaCompliant: boolean;
}

/** More than this is no greeting with a name in it. */
const mostBytes = 64 * 1024;

/** Has the greeting of a call spoken while it rings. Nothing waits for it, and nothing depends on it. */
export class GreetingAhead {
  constructor(
    private readonly broadcast: Broadcast,
    private readonly logger: Logger,
  ) {}

  tell({ agent, context, hipaaCompliant }: RingingCall): void {
    const { voice, language, initial_message: greeting } = agent;
    // Of a call that keeps no words the greeting is sealed until somebody takes it.
    if (hipaaCompliant || !greeting || greeting.length > 4_000) return;
    // Of the context only what the greeting says.
    const named = Object.entries(context ?? {}).filter(([name]) => greeting.includes(name));
    const payload: MediaPrepare = {
      agent: { voice, language, initial_message: greeting },
      context: Object.fromEntries(named),
      hipaa_compliant: hipaaCompliant,
    };
    try {
      const text = JSON.stringify(payload);
      if (text.length <= mostBytes) this.broadcast.publish(mediaPrepare.subject, text);
    } catch (error) {
      this.logger.warn({ err: error }, 'a greeting was not told ahead');
    }
  }
}
