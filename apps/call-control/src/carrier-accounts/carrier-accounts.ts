import type { CarrierPort } from '@parley/calls';
import { getSigningToken } from '@parley/contracts';
import { AppError, RecentMap } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import type { SecretBox } from '@parley/secrets';

/** What opens a user's own account at the carrier. */
export interface CarrierCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

export interface CarrierAccountsOptions {
  /** The deployment's own account. */
  readonly deployment: CarrierPort;
  readonly asks: AskClient;
  readonly secrets: SecretBox;
  readonly connect: (credentials: CarrierCredentials) => CarrierPort;
}

/** Accounts beyond this many are opened anew; the one that was used longest ago makes room. */
const maxOpen = 500;

/**
 * The carrier's account that a call or a number goes through. A connection is looked up each time, so that a changed
 * token counts at once; its client is made once a version.
 */
export class CarrierAccounts {
  private readonly open = new RecentMap<string, { readonly version: number; readonly carrier: CarrierPort }>(
    maxOpen,
  );

  constructor(private readonly options: CarrierAccountsOptions) {}

  get provider(): CarrierPort['provider'] {
    return this.options.deployment.provider;
  }

  /**
   * The deployment's account for null, else the user's own.
   * @throws ACCOUNT_CONNECTION.NOT_FOUND, ACCOUNT_CONNECTION.NOT_TWILIO, and CARRIER.UNAUTHENTICATED (`invalid`) for
   * credentials that cannot be any.
   */
  async of(userId: string, connectionId: string | null): Promise<CarrierPort> {
    const { deployment, asks } = this.options;
    if (connectionId === null) return deployment;
    const account = await asks.ask(getSigningToken, { user_id: userId, id: connectionId });
    const { version, twilio_account_sid: accountSid, twilio_auth_token: sealed } = account;
    const key = `${userId} ${connectionId}`;
    const known = this.open.get(key);
    const binding = { userId, resource: 'account_connections', id: connectionId, field: 'twilio_auth_token' };
    const carrier =
      known?.version === version
        ? known.carrier
        : this.connected({ accountSid, authToken: this.options.secrets.open(sealed, binding) });
    this.open.set(key, { version, carrier });
    return carrier;
  }

  private connected(credentials: CarrierCredentials): CarrierPort {
    // It becomes part of the address that is asked.
    if (/^AC[0-9a-fA-F]{32}$/.test(credentials.accountSid)) return this.options.connect(credentials);
    const text = 'The account SID of the account connection is none: one is AC and 32 hexadecimal digits.';
    throw new AppError('invalid', 'CARRIER.UNAUTHENTICATED', text);
  }
}
