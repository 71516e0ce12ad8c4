import { CallFact, callFact } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { Logger, Outcome, Told } from '@parley/messaging';
import { CallChanges } from '../calls/call-changes';
import { CarrierActions } from '../carrier/carrier-actions';

interface Batch {
  readonly facts: CallFact[];
  readonly places: number[];
}

/**
 * Takes in what media tells: each call's facts of a batch are stored and applied in one transaction, and acknowledged
 * after it. A process that dies before has done nothing, and the stream brings them again; one that dies after it has
 * them brought again too, and the inbox knows them.
 */
export class TakeFactsUseCase {
  constructor(private readonly parts: { changes: CallChanges; actions: CarrierActions; logger: Logger }) {}

  /** One outcome a message. What is no fact, or one of an unknown call, is not wanted again. */
  async execute(messages: readonly Told[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = messages.map(() => 'term');
    await Promise.all(
      [...this.byCall(messages).values()].map(async (batch) => {
        const outcome = await this.take(batch.facts);
        for (const place of batch.places) outcomes[place] = outcome;
      }),
    );
    return outcomes;
  }

  private byCall(messages: readonly Told[]): Map<string, Batch> {
    const batches = new Map<string, Batch>();
    for (const [place, { data, id }] of messages.entries()) {
      const parsed = callFact.safeParse(data);
      if (!parsed.success) {
        this.parts.logger.error({ id }, 'message is no fact of a call');
        continue;
      }
      const batch = batches.get(parsed.data.call_id) ?? { facts: [], places: [] };
      batches.set(parsed.data.call_id, batch);
      batch.facts.push(parsed.data);
      batch.places.push(place);
    }
    return batches;
  }

  private async take(facts: readonly CallFact[]): Promise<Outcome> {
    const [first] = facts;
    if (!first) return 'term';
    const { user_id: userId, call_id: callId } = first;
    try {
      const { changes, actions } = this.parts;
      const { followUps } = await changes.change(userId, callId, () => undefined, { facts });
      actions.begin(userId, callId, followUps);
      return 'ack';
    } catch (error) {
      if (AppError.is(error) && error.code === 'CALL.NOT_FOUND') {
        this.parts.logger.error({ callId, facts: facts.length }, 'facts of an unknown call');
        return 'term';
      }
      this.parts.logger.warn({ err: error, callId }, 'facts could not be taken; they come again');
      return { nakMs: 500 };
    }
  }
}
