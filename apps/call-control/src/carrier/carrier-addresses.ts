import type { CarrierCallUrls, CarrierNumberUrls } from '@parley/calls';
import { AccountRef, accountOf } from '../carrier-accounts/account-ref';

/** What of a call its addresses carry. */
export interface AddressedCall {
  readonly id: string;
  readonly userId: string;
  readonly connectionId: string | null;
}

/**
 * The addresses at which the carrier reaches us. They carry our own id of the call, never only the carrier's, and the
 * account whose token signs what is asked there, if that is not the deployment's.
 */
export class CarrierAddresses {
  constructor(
    private readonly publicUrl: string,
    private readonly publicMediaUrl: string,
  ) {}

  ofCall(call: AddressedCall): CarrierCallUrls & { connectEndedUrl: string; dialEndedUrl: string } {
    const base = this.base(accountOf(call));
    const at = (kind: string): string => `${base}/${kind}/${call.id}`;
    return {
      answerUrl: at('answer'),
      statusUrl: at('status'),
      connectEndedUrl: at('connect-ended'),
      dialEndedUrl: at('dial-ended'),
    };
  }

  /** Where the numbers of an account are pointed; null is the deployment's. */
  ofNumbers(account: AccountRef | null): CarrierNumberUrls {
    const base = this.base(account);
    return { voiceUrl: `${base}/inbound`, statusUrl: `${base}/inbound-status` };
  }

  private base(account: AccountRef | null): string {
    const carrier = `${this.publicUrl}/carriers/twilio`;
    return account === null ? carrier : `${carrier}/accounts/${account.userId}/${account.connectionId}`;
  }

  media(token: string): string {
    return `${this.publicMediaUrl}/media/${token}`;
  }
}
