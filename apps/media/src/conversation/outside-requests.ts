import type { ConversationEvent, Integrations, LanguageModel, ReplyRequest } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';

/** A look-up that takes longer is of no use to the turn it was for. */
const lookUpWithinMs = 1_000;
/** Nobody waits for a summary. */
const summaryWithinMs = 30_000;
const maxSummaryChars = 4_000;

export interface OutsideRequestsParts {
  readonly integrations: Integrations;
  readonly model: LanguageModel;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hear: (event: ConversationEvent) => void;
}

/** What one call asks of the customer's world, and of the model behind the conversation's back. None outlives `close`. */
export class OutsideRequests {
  private readonly closing = new AbortController();
  private lookUpsFailed = 0;

  constructor(private readonly parts: OutsideRequestsParts) {}

  async runAction(runId: number, run: Parameters<Integrations['runAction']>[0]): Promise<void> {
    const answer = await this.parts.integrations
      .runAction(run, this.closing.signal)
      .catch((error: unknown) => {
        const { code, message } = AppError.from(error);
        this.parts.logger.warn({ err: error, actionId: run.actionId }, 'outside action not run');
        this.tell({ type: 'problem_noticed', code, message: `The action could not be run: ${message}` });
        const info = 'The action could not be run; whether any of it was done is not known.';
        return { success: false, result: { info }, agentMessage: null };
      });
    this.tell({ type: 'action_answered', runId, answer });
  }

  async lookUp(lookupId: number, words: string): Promise<void> {
    const asked = this.parts.integrations.lookUp(words, this.closing.signal);
    const passages = await this.within(lookUpWithinMs, asked).catch((error: unknown) => {
      const { code, message } = AppError.from(error);
      this.lookUpsFailed += 1;
      // Once on the call is enough: a knowledge base that is away is away for every turn.
      if (this.lookUpsFailed === 1) {
        this.tell({ type: 'problem_noticed', code, message: `Answered without looking up: ${message}` });
      }
      return [];
    });
    this.tell({ type: 'looked_up', lookupId, passages });
  }

  async summarise(summaryId: number, request: ReplyRequest): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.closing.signal, stop.signal]);
    const text = await this.within(summaryWithinMs, this.textOf(request, signal)).catch((error: unknown) => {
      this.parts.logger.warn({ err: error }, 'no summary of a long call');
      return null;
    });
    stop.abort();
    this.tell({ type: 'summary_ready', summaryId, text });
  }

  close(): void {
    this.closing.abort();
  }

  private tell(event: ConversationEvent): void {
    if (!this.closing.signal.aborted) this.parts.hear(event);
  }

  /** Null for a summary that did not come to its end. */
  private async textOf(request: ReplyRequest, signal: AbortSignal): Promise<string | null> {
    let text = '';
    for await (const event of this.parts.model.reply(request, signal)) {
      if (event.type === 'text') text += event.text;
      if (text.length > maxSummaryChars) return text.slice(0, maxSummaryChars);
      if (event.type === 'finished') return text.trim() || null;
    }
    return null;
  }

  private async within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.parts.clock.after(timeoutMs, () => {
        reject(new AppError('timeout', 'CALL.OUTSIDE_TIMEOUT', 'No answer came in time.'));
      });
      this.closing.signal.addEventListener('abort', cancel, { once: true });
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
      this.closing.signal.removeEventListener('abort', cancel);
    }
  }
}
