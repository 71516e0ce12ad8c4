import type { CarrierCall } from '@parley/calls';
import type { Logger } from '@parley/messaging';
import { TenantRepository } from '@parley/persistence';
import { CallChanges, callerLeg, callNotFound } from '../calls/call-changes';
import type { FollowUp } from '../calls/locked-call';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { CallRow } from '../rows/call.row';

/** A hang-up may answer that the call is up still, which asks for another one; then the settler takes over. */
const maxRounds = 3;

/** Beyond it what was to be begun is left to the settler. */
const maxUnderWay = 200;

/** Carries out at the carrier what a committed change asked for. A failure is logged; the settler comes back to it. */
export class CarrierActions {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly changes: CallChanges,
    private readonly accounts: CarrierAccounts,
    private readonly logger: Logger,
  ) {}

  /** Carries out without being waited for. */
  begin(userId: string, callId: string, followUps: readonly FollowUp[]): void {
    if (followUps.length === 0) return;
    if (this.underWay.size >= maxUnderWay) {
      this.logger.warn(
        { callId, underWay: this.underWay.size },
        'too much under way at the carrier; put off',
      );
      return;
    }
    const work = this.carryOut(userId, callId, followUps).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
  }

  /** Waits for what was begun. */
  async close(): Promise<void> {
    await Promise.all(this.underWay);
  }

  async carryOut(userId: string, callId: string, followUps: readonly FollowUp[]): Promise<void> {
    let left = followUps;
    for (let round = 0; round < maxRounds && left.length > 0; round += 1) {
      const wanted = left.some(({ type }) => type === 'hang_up')
        ? 'hang_up'
        : left.some(({ type }) => type === 'ask_carrier') && 'ask_carrier';
      if (!wanted) return;
      try {
        left = await this.once(userId, callId, wanted);
      } catch (error) {
        this.logger.warn({ err: error, callId, wanted }, 'carrier could not be asked; trying again later');
        return;
      }
    }
  }

  private async once(
    userId: string,
    callId: string,
    wanted: 'hang_up' | 'ask_carrier',
  ): Promise<readonly FollowUp[]> {
    const { carrierSid } = await callerLeg(this.changes.manager, userId, callId);
    // Without an id there is nothing to hang up yet: that happens as soon as the carrier has named one.
    if (carrierSid === null && wanted === 'hang_up') return [];
    const known = carrierSid === null ? null : await this.ask({ userId, callId, sid: carrierSid }, wanted);
    const { followUps } = await this.changes.change(userId, callId, (call) =>
      call.advance({ type: 'truth', status: known?.status ?? null }),
    );
    return followUps;
  }

  private async ask(
    leg: { readonly userId: string; readonly callId: string; readonly sid: string },
    wanted: 'hang_up' | 'ask_carrier',
  ): Promise<CarrierCall | null> {
    const row = await new TenantRepository(this.changes.manager, CallRow).find(leg.userId, leg.callId);
    if (!row) throw callNotFound();
    const carrier = await this.accounts.of(leg.userId, row.connectionId);
    const ended = wanted === 'hang_up' ? await carrier.end(leg.sid) : null;
    return ended ?? carrier.fetch(leg.sid);
  }
}
