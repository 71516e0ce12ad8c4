import { AppError } from '@parley/kernel';
import { Carrier } from './carrier';
import type { CarrierOptions } from './carrier';
import type { CallRecord } from './records';

export interface Account {
  readonly accountSid: string;
  /** Opens the REST API, and signs what the account's calls ask. */
  readonly authToken: string;
  /** Numbers that it owns from the beginning. */
  readonly ownedNumbers?: readonly string[];
}

/** The carrier's customers: each has numbers, calls and a token of its own; no number is owned twice. */
export class Accounts {
  private readonly byId = new Map<string, { readonly authToken: string; readonly carrier: Carrier }>();

  constructor(private readonly shared: Omit<CarrierOptions, keyof Account | 'isTaken'>) {}

  /** @throws SANDBOX.ACCOUNT_EXISTS, SANDBOX.NUMBER_TAKEN (both `conflict`) */
  add(account: Account): Carrier {
    const { accountSid, authToken, ownedNumbers = [] } = account;
    if (this.byId.has(accountSid)) {
      throw new AppError('conflict', 'SANDBOX.ACCOUNT_EXISTS', `There is an account ${accountSid} already.`);
    }
    const taken = ownedNumbers.find((number) => this.ofNumber(number) !== undefined);
    if (taken !== undefined) {
      throw new AppError('conflict', 'SANDBOX.NUMBER_TAKEN', `${taken} is another account's.`);
    }
    const isTaken = (number: string) => this.ofNumber(number) !== undefined;
    const carrier = new Carrier({ ...this.shared, ...account, isTaken });
    this.byId.set(accountSid, { authToken, carrier });
    return carrier;
  }

  /** The account that these credentials open. */
  opened(accountSid: string, authorization: string | undefined): Carrier | undefined {
    const account = this.byId.get(accountSid);
    if (!account) return undefined;
    const expected = `Basic ${Buffer.from(`${accountSid}:${account.authToken}`).toString('base64')}`;
    return authorization === expected ? account.carrier : undefined;
  }

  /** Whose number it is. */
  ofNumber(phoneNumber: string): Carrier | undefined {
    return this.carriers().find((carrier) => carrier.numbers.byNumber(phoneNumber) !== undefined);
  }

  /** The calls of all accounts, newest first. */
  calls(): readonly CallRecord[] {
    return this.carriers()
      .flatMap((carrier) => carrier.calls())
      .sort((a, b) => b.createdMs - a.createdMs);
  }

  /** Ends every call, and waits for its callbacks. */
  async close(): Promise<void> {
    await Promise.all(this.carriers().map((carrier) => carrier.close()));
  }

  private carriers(): Carrier[] {
    return [...this.byId.values()].map(({ carrier }) => carrier);
  }
}
