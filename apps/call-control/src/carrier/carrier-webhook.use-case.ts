import { createHash } from 'node:crypto';
import { CarrierStatus, isCarrierStatus, isFinalStatus } from '@parley/calls';
import type { CarrierWebhook } from '@parley/contracts';
import { newId } from '@parley/kernel';
import type { Logger } from '@parley/messaging';
import { TenantRepository } from '@parley/persistence';
import { dial, hangup, sayAndHangup } from '@parley/telephony';
import { adoptSid, CallChanges, callerLeg, callOfSid, legs, ownerOf } from '../calls/call-changes';
import type { LockedCall } from '../calls/locked-call';
import { storable } from '../calls/storable';
import { agentNumber, CallRow } from '../rows/call.row';
import type { LegRow } from '../rows/leg.row';
import { CarrierActions } from './carrier-actions';
import { CarrierAddresses } from './carrier-addresses';
import { sidOf } from './carrier-sid';
import { InboundCallUseCase } from './inbound-call.use-case';
import { MediaInvitations } from './media-invitations';

type Params = CarrierWebhook['params'];

interface CallOfCarrier {
  readonly userId: string;
  readonly callId: string;
}

const transferRingTimeoutS = 30;

/** Answers the carrier's signed requests. Each is stored as it came before anything is made of it. */
export class CarrierWebhookUseCase {
  constructor(
    private readonly parts: {
      changes: CallChanges;
      actions: CarrierActions;
      invitations: MediaInvitations;
      addresses: CarrierAddresses;
      inbound: InboundCallUseCase;
      logger: Logger;
    },
  ) {}

  /** The document to answer with; null for reports, which take none. */
  async execute(webhook: CarrierWebhook): Promise<string | null> {
    if (webhook.kind === 'inbound') return this.parts.inbound.execute(webhook.params, webhook.account);
    const target = await this.target(webhook);
    if (!target) {
      this.parts.logger.warn(
        { kind: webhook.kind, callId: webhook.call_id },
        'carrier asks about an unknown call',
      );
      return wantsDocument(webhook) ? hangup() : null;
    }
    const { userId, callId } = target;
    await this.store(userId, callId, webhook);
    const { result, followUps } = await this.parts.changes.change(userId, callId, (call) =>
      this.apply(call, webhook),
    );
    // The carrier waits for the document; it must not wait for itself.
    this.parts.actions.begin(userId, callId, followUps);
    return result;
  }

  /** An account has its say about its own calls alone: a user knows the token of its own, and no other. */
  private async target(webhook: CarrierWebhook): Promise<CallOfCarrier | undefined> {
    const { manager } = this.parts.changes;
    const target = await this.named(webhook);
    const row = target && (await new TenantRepository(manager, CallRow).find(target.userId, target.callId));
    const { account } = webhook;
    const isOfAccount =
      account === null
        ? row?.connectionId === null
        : row?.connectionId === account.connection_id && row.userId === account.user_id;
    return isOfAccount ? target : undefined;
  }

  private async named(webhook: CarrierWebhook): Promise<CallOfCarrier | undefined> {
    const { manager } = this.parts.changes;
    if (webhook.call_id === null)
      return callOfSid(manager, webhook.provider, sidOf(webhook.params, 'CallSid'));
    const userId = await ownerOf(manager, webhook.call_id);
    return userId === undefined ? undefined : { userId, callId: webhook.call_id };
  }

  private async store(userId: string, callId: string, webhook: CarrierWebhook): Promise<void> {
    const { kind, params } = webhook;
    const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = createHash('sha256')
      .update(JSON.stringify([kind, sorted]))
      .digest('base64url');
    await this.parts.changes.manager.query(
      `INSERT INTO carrier_callbacks (user_id, id, call_id, kind, digest, params, received_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7) ON CONFLICT (user_id, call_id, digest) DO NOTHING`,
      [
        userId,
        newId(),
        callId,
        kind,
        digest,
        JSON.stringify(storable(params)),
        new Date(webhook.received_at_ms),
      ],
    );
  }

  private async apply(call: LockedCall, webhook: CarrierWebhook): Promise<string | null> {
    const leg = await callerLeg(call.manager, call.row.userId, call.row.id);
    const { params } = webhook;
    const sid = sidOf(params, 'CallSid');
    if (
      sid &&
      webhook.kind === 'status' &&
      sid !== leg.carrierSid &&
      params['ParentCallSid'] === leg.carrierSid
    ) {
      await this.transferLegReported(call, sid, params['CallStatus']);
      return null;
    }
    const status = statusOf(params['CallStatus']);
    if (!sid || !(await adoptSid(call, leg, { sid, ...(status && { status }) }))) {
      this.parts.logger.warn(
        { kind: webhook.kind, callId: call.row.id },
        'carrier reports another leg; ignored',
      );
      return wantsDocument(webhook) ? hangup() : null;
    }
    if (status) await call.advance({ type: 'carrier_status', status });
    return this.document(call, leg, webhook);
  }

  private async document(call: LockedCall, leg: LegRow, webhook: CarrierWebhook): Promise<string | null> {
    switch (webhook.kind) {
      case 'answer':
        return isOver(call) ? hangup() : this.parts.invitations.connect(call, leg.id);
      case 'connect-ended':
        return this.afterStream(call, leg);
      case 'dial-ended':
        await this.dialEnded(call, webhook.params);
        return hangup();
      default:
        return null;
    }
  }

  private async afterStream(call: LockedCall, leg: LegRow): Promise<string> {
    await call.advance({ type: 'connect_ended' });
    const next = call.followUps.findLast((followUp) => followUp.type === 'go_on');
    switch (next?.with) {
      case 'transfer':
        return this.dialTransfer(call);
      case 'reconnect':
        return this.parts.invitations.connect(call, leg.id);
      case 'last_words':
        return lastWords(call);
      default:
        return hangup();
    }
  }

  private dialTransfer(call: LockedCall): string {
    const { intent } = call.life;
    if (intent?.kind !== 'transfer') return hangup();
    const { dialEndedUrl, statusUrl } = this.parts.addresses.ofCall(call.row);
    return dial({
      number: intent.phoneNumber,
      callerId: agentNumber(call.row),
      timeoutS: transferRingTimeoutS,
      actionUrl: dialEndedUrl,
      statusUrl,
    });
  }

  private async dialEnded(call: LockedCall, params: Params): Promise<void> {
    const outcome = params['DialCallStatus'] ?? '';
    const wasAnswered = outcome === 'completed' || outcome === 'answered';
    await this.noteTransferLeg(call, sidOf(params, 'DialCallSid'), statusOf(outcome));
    await call.advance({
      type: 'transfer_progress',
      progress: wasAnswered ? 'disconnected' : 'unanswered',
    });
  }

  private async transferLegReported(call: LockedCall, sid: string, text: string | undefined): Promise<void> {
    const status = statusOf(text);
    await this.noteTransferLeg(call, sid, status);
    if (status === undefined) return;
    if (status === 'in-progress') await call.advance({ type: 'transfer_progress', progress: 'answered' });
    else if (isFinalStatus(status)) {
      const progress = status === 'completed' ? 'disconnected' : 'unanswered';
      await call.advance({ type: 'transfer_progress', progress });
    }
  }

  private async noteTransferLeg(
    call: LockedCall,
    sid: string,
    status: CarrierStatus | undefined,
  ): Promise<void> {
    const { userId, id: callId } = call.row;
    const leg = await legs(call.manager).findBy(userId, { callId, role: 'transfer' });
    if (leg && sid) await adoptSid(call, leg, { sid, ...(status && { status }) });
  }
}

function lastWords({ life: { intent } }: LockedCall): string {
  return intent?.kind === 'finish' && intent.lastWords ? sayAndHangup(intent.lastWords) : hangup();
}

function statusOf(text: string | undefined): CarrierStatus | undefined {
  return text !== undefined && isCarrierStatus(text) ? text : undefined;
}

function wantsDocument(webhook: CarrierWebhook): boolean {
  return webhook.kind !== 'status' && webhook.kind !== 'inbound-status';
}

function isOver(call: LockedCall): boolean {
  const { endedAtMs, endRequestedAtMs, carrierEndedAtMs, intent } = call.life;
  return [endedAtMs, endRequestedAtMs, carrierEndedAtMs, intent].some((sign) => sign !== null);
}
