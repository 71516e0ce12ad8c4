import { Call, mediaDetach, mediaSubject } from '@parley/contracts';
import type { AskClient, Logger } from '@parley/messaging';
import { CallChanges } from '../calls/call-changes';
import { CallView } from '../calls/call-view';
import { CarrierActions } from '../carrier/carrier-actions';

const courtesyMs = 1_000;
/** The answer does not wait longer for the carrier; the hang-up goes on. */
const patienceMs = 8_000;

/** Ends a call in whatever state it is; one that has ended stays as it is. */
export class EndCallUseCase {
  constructor(
    private readonly parts: {
      changes: CallChanges;
      actions: CarrierActions;
      asks: AskClient;
      views: CallView;
      logger: Logger;
    },
  ) {}

  /** @throws CALL.NOT_FOUND */
  async execute(userId: string, callId: string): Promise<Call> {
    const { changes, actions, views } = this.parts;
    const { result, followUps } = await changes.change(userId, callId, async (call) => {
      await call.advance({ type: 'end_requested' });
      const { life, row } = call;
      return life.stintOpen && row.instance !== null ? { instance: row.instance, stint: life.stint } : null;
    });
    // The hang-up at the carrier is what ends the call; this only spares the process its last sentence.
    if (result) this.letGo(callId, result);
    await atMost(patienceMs, actions.carryOut(userId, callId, followUps));
    return views.one(userId, callId);
  }

  private letGo(callId: string, holder: { instance: string; stint: number }): void {
    const { asks, logger } = this.parts;
    const request = { call_id: callId, stint: holder.stint, reason: 'call_ended' };
    const options = { subject: mediaSubject(holder.instance, 'detach'), timeoutMs: courtesyMs };
    asks.ask(mediaDetach, request, options).catch((error: unknown) => {
      logger.info({ err: error, callId, instance: holder.instance }, 'media was not told of the end');
    });
  }
}

async function atMost(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
