import { checkTransfer, transfer } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { TenantRepository } from '@parley/persistence';
import type { z } from 'zod';
import { CallChanges, callNotFound, legs } from '../calls/call-changes';
import type { LockedCall } from '../calls/locked-call';
import { DialRules } from '../placing/dial-rules';
import { agentNumber, CallRow } from '../rows/call.row';
import { requireStint } from './require-stint';

/** Hands the caller to another number, which passes the same gate as every dial. */
export class TransferCallUseCase {
  constructor(
    private readonly changes: CallChanges,
    private readonly dialRules: DialRules,
  ) {}

  /** The number in E.164, if it may be dialled. @throws CALL.NOT_FOUND, NUMBER.IMPOSSIBLE, DIAL.REFUSED (`forbidden`) */
  async check(request: z.output<typeof checkTransfer.request>): Promise<string> {
    const { user_id: userId, call_id: callId, phone_number: to } = request;
    const row = await new TenantRepository(this.changes.manager, CallRow).find(userId, callId);
    if (!row) throw callNotFound();
    const path = ['body', 'phone_number'];
    const checked = await this.dialRules.check({ userId, to, path, from: agentNumber(row) });
    if (!checked.refusal) return checked.number;
    const { reason, message } = checked.refusal;
    throw new AppError('forbidden', 'DIAL.REFUSED', `The number ${message}.`, { details: { reason } });
  }

  /** As `check`, then commits the transfer. @throws STINT.FENCED, CALL.OVER (both `conflict`) */
  async execute(request: z.output<typeof transfer.request>): Promise<string> {
    const phoneNumber = await this.check(request);
    await this.changes.change(request.user_id, request.call_id, async (call) => {
      requireStint(call, request.stint);
      if (isCommitted(call, phoneNumber)) return;
      const { life, row, manager } = call;
      if (life.intent || life.carrierEndedAtMs !== null || life.endRequestedAtMs !== null) {
        throw new AppError('conflict', 'CALL.OVER', 'The call is over, or was handed on.');
      }
      const intent = { kind: 'transfer' as const, phoneNumber, actionId: request.action_id };
      await call.advance({ type: 'intent_committed', intent });
      await legs(manager).insert(row.userId, {
        id: newId(),
        callId: row.id,
        role: 'transfer',
        number: phoneNumber,
        dial: 'pending',
        carrierSid: null,
        carrierStatus: null,
        createdAt: call.now,
      });
    });
    return phoneNumber;
  }
}

function isCommitted(call: LockedCall, phoneNumber: string): boolean {
  const { intent } = call.life;
  return intent?.kind === 'transfer' && intent.phoneNumber === phoneNumber;
}
