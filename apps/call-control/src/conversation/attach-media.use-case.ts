import { attach, CallSpec, HistoryEntry } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { z } from 'zod';
import { CallChanges, callNotFound, legs, ownerOf } from '../calls/call-changes';
import { readHistory } from '../calls/call-log';
import { openStint } from '../calls/fact-inbox';
import type { LockedCall } from '../calls/locked-call';
import { MediaInvitations } from '../carrier/media-invitations';
import type { CallRow } from '../rows/call.row';

type Attach = z.output<typeof attach.request>;

export interface Attachment {
  readonly spec: CallSpec;
  readonly stint: number;
  readonly history: HistoryEntry[];
  readonly call_started_at_ms: number;
}

/** A media process takes a call's audio: the next stint begins, and an older one has no say any more. */
export class AttachMediaUseCase {
  constructor(
    private readonly changes: CallChanges,
    private readonly invitations: MediaInvitations,
  ) {}

  /** @throws CALL.NOT_FOUND, MEDIA_TOKEN.USED (`forbidden`), CALL.OVER (`conflict`) */
  async execute(request: Attach): Promise<Attachment> {
    const userId = await ownerOf(this.changes.manager, request.call_id);
    if (userId === undefined) throw callNotFound();
    const { result } = await this.changes.change(userId, request.call_id, (call) =>
      this.attach(call, request),
    );
    return result;
  }

  private async attach(call: LockedCall, request: Attach): Promise<Attachment> {
    const leg = await legs(call.manager).find(call.row.userId, request.leg_id);
    const isLegOfCall = leg?.callId === call.row.id && leg.carrierSid === request.carrier_call_sid;
    if (!isLegOfCall || !(await this.invitations.consume(call, request.leg_id, request.nonce))) {
      throw new AppError('forbidden', 'MEDIA_TOKEN.USED', 'The media token does not open this call.');
    }
    refuseIfOver(call);
    await call.applyFacts({ all: true });
    await call.advance({ type: 'attached' });
    const { stint } = call.life;
    const { instance, stream_sid: streamSid } = request;
    await openStint(call.manager, call.row, { number: stint, instance, streamSid, at: call.now });
    call.row.instance = instance;
    return {
      spec: specOf(call.row),
      stint,
      // Of a call that keeps no words nothing is left to go on with.
      history: call.row.options.hipaaCompliant ? [] : await readHistory(call.manager, call.row),
      call_started_at_ms: call.life.connectedAtMs ?? call.now.getTime(),
    };
  }
}

function refuseIfOver({ life }: LockedCall): void {
  const signs = [life.endedAtMs, life.carrierEndedAtMs, life.endRequestedAtMs, life.intent];
  if (signs.some((sign) => sign !== null)) {
    throw new AppError('conflict', 'CALL.OVER', 'The call is over, or was handed on.');
  }
}

function specOf(row: CallRow): CallSpec {
  return {
    user_id: row.userId,
    call_id: row.id,
    direction: row.direction,
    from_number: row.fromNumber,
    to_number: row.toNumber,
    agent: row.agent,
    context: row.options.context,
    hipaa_compliant: row.options.hipaaCompliant,
    sealed_words: row.options.sealedWords ?? null,
    has_knowledge: row.agent.vector_database !== null || row.options.hasDocuments === true,
  };
}
