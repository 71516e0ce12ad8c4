import { getSigningToken } from '@parley/contracts';
import { AppError, Clock, RecentMap, SystemClock } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import type { SecretBox } from '@parley/secrets';

/** A user's own account at the carrier. */
export interface AccountRef {
  readonly userId: string;
  readonly connectionId: string;
}

export interface AccountTokensOptions {
  /** The account's token as it is stored: sealed. Rejects with `not_found` or `invalid` when there is none. */
  readonly ask: (account: AccountRef) => Promise<string>;
  /** Opens it. */
  readonly secrets: Pick<SecretBox, 'open'>;
  readonly clock: Clock;
}

interface Known {
  readonly token: string;
  readonly atMs: number;
}

const keepMs = 30_000;
/** A signature that does not fit may be one by a token that was just changed; asked no oftener than this. */
const freshMs = 1_000;
const maxKnown = 1_000;
/** Anybody may name any account: of those that were never found, no more than so many are asked for at once. */
const maxStrangersUnderWay = 100;

/**
 * The tokens of users' own accounts, for checking what they sign. A changed token, and a new account, count within a
 * second. Accounts that nobody knows do not keep those waiting that were found before.
 */
export class AccountTokens {
  private readonly known = new RecentMap<string, Known>(maxKnown);
  /** When it was last heard that there is no such account. */
  private readonly refusedAtMs = new RecentMap<string, number>(maxKnown);
  private readonly strangersUnderWay = new Set<string>();
  private readonly underWay = new Map<string, Promise<Known | null>>();

  constructor(private readonly options: AccountTokensOptions) {}

  /**
   * Whether `fits` holds for the account's token. False for an account that is not known.
   * @throws CARRIER.TOO_MANY_CHECKS (`unavailable`), and what `ask` throws for other reasons than that there is no token.
   */
  async isSigned(account: AccountRef, fits: (authToken: string) => boolean): Promise<boolean> {
    const key = `${account.userId} ${account.connectionId}`;
    const nowMs = this.options.clock.monotonicMs();
    const known = this.known.get(key);
    if (known && nowMs - known.atMs < keepMs) {
      if (fits(known.token)) return true;
      if (nowMs - known.atMs < freshMs) return false;
    }
    const refusedAtMs = this.refusedAtMs.get(key);
    if (refusedAtMs !== undefined && nowMs - refusedAtMs < freshMs) return false;
    const fresh = await this.fetched(key, account);
    return fresh !== null && fits(fresh.token);
  }

  private fetched(key: string, account: AccountRef): Promise<Known | null> {
    const present = this.underWay.get(key);
    if (present) return present;
    if (!this.known.get(key)) {
      if (this.strangersUnderWay.size >= maxStrangersUnderWay) {
        const text = 'Too many signatures are being checked.';
        return Promise.reject(new AppError('unavailable', 'CARRIER.TOO_MANY_CHECKS', text));
      }
      this.strangersUnderWay.add(key);
    }
    const work = this.fetch(key, account).finally(() => {
      this.underWay.delete(key);
      this.strangersUnderWay.delete(key);
    });
    this.underWay.set(key, work);
    return work;
  }

  private async fetch(key: string, account: AccountRef): Promise<Known | null> {
    const { ask, secrets, clock } = this.options;
    const sealed = await ask(account).catch((error: unknown) => {
      if (AppError.is(error) && ['not_found', 'invalid'].includes(error.kind)) return null;
      throw error;
    });
    if (sealed === null) {
      this.known.delete(key);
      this.refusedAtMs.set(key, clock.monotonicMs());
      return null;
    }
    const { userId, connectionId: id } = account;
    const binding = { userId, resource: 'account_connections', id, field: 'twilio_auth_token' };
    const known = { token: secrets.open(sealed, binding), atMs: clock.monotonicMs() };
    this.known.set(key, known);
    return known;
  }
}

/** The tokens as config keeps them. */
export function storedAccountTokens(asks: AskClient, secrets: SecretBox): AccountTokens {
  return new AccountTokens({
    ask: async ({ userId, connectionId }) =>
      (await asks.ask(getSigningToken, { user_id: userId, id: connectionId })).twilio_auth_token,
    secrets,
    clock: new SystemClock(),
  });
}
