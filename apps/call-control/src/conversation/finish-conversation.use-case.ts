import { finish } from '@parley/contracts';
import type { z } from 'zod';
import { CallChanges } from '../calls/call-changes';
import { requireStint } from './require-stint';

/** Commits that the agent ends the call, so that the end of its stream is not taken for a loss. */
export class FinishConversationUseCase {
  constructor(private readonly changes: CallChanges) {}

  /** @throws CALL.NOT_FOUND, STINT.FENCED (`conflict`) */
  async execute(request: z.output<typeof finish.request>): Promise<void> {
    await this.changes.change(request.user_id, request.call_id, async (call) => {
      // A repeat, or one that crossed the carrier's end, finds nothing left to commit.
      if (call.life.endedAtMs !== null) return;
      requireStint(call, request.stint);
      const { reason, error_message: message, last_words: text } = request;
      const errorMessage = call.row.options.hipaaCompliant ? codeOf(message) : message;
      const lastWords = text === null ? null : { text, language: call.row.agent.language };
      await call.advance({
        type: 'intent_committed',
        intent: { kind: 'finish', reason, errorMessage, lastWords },
      });
    });
  }
}

/** A provider's message may quote what it was sent; its code does not. */
function codeOf(message: string | null): string | null {
  return message === null ? null : (/^[A-Z_]+\.[A-Z_]+/.exec(message)?.[0] ?? 'CONVERSATION.FAILED');
}
