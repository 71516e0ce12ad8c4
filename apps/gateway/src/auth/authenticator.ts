import type { authenticate } from '@parley/contracts';
import type { Clock } from '@parley/kernel';
import { AppError, RecentMap } from '@parley/kernel';
import { hashApiKey, parseApiKey } from '@parley/secrets';
import type { z } from 'zod';
import { Caller, notAuthenticated } from './caller';

const keepMs = 5_000;
const keepRefusalMs = 1_000;
const maxRemembered = 10_000;

type Owner = z.output<typeof authenticate.response>;

/** A caller with what the gate has to know of its key beside. */
export interface Authenticated {
  readonly caller: Caller;
  /** The key's own limit; null where the deployment's holds. */
  readonly requestsPerMinute: number | null;
}

export interface AuthenticatorOptions {
  /** Whose key it is. @throws {KEY.REFUSED} */
  readonly ask: (key: { key_id: string; key_hash: string }) => Promise<Owner>;
  readonly clock: Clock;
}

/**
 * Finds out whose key a request carries. An answer is remembered for 5 s at most, never past the key's end; a refusal
 * for 1 s, apart from the answers, so that nobody can push those out with keys that they make up. What cannot be found
 * out is not remembered. Requests with one key that come together ask once. Only hashes are kept.
 */
export class Authenticator {
  private readonly known = new RecentMap<string, Authenticated & { readonly untilMs: number }>(maxRemembered);
  private readonly refusedUntilMs = new RecentMap<string, number>(maxRemembered);
  private asking = new Map<string, Promise<Authenticated>>();

  constructor(private readonly options: AuthenticatorOptions) {}

  /** @throws {KEY.REFUSED}, the same for a missing, a malformed and a wrong key. */
  async authenticate(authorization: string | undefined): Promise<Authenticated> {
    const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    const key = text === undefined ? undefined : parseApiKey(text);
    if (text === undefined || !key) throw notAuthenticated();
    const hash = hashApiKey(text);
    const nowMs = this.options.clock.monotonicMs();
    const known = this.known.get(hash);
    if (known && nowMs < known.untilMs) return known;
    if (nowMs < (this.refusedUntilMs.get(hash) ?? 0)) throw notAuthenticated();
    return this.askOnce(key.id, hash);
  }

  /** After a key has changed. Answers under way may be from before, so they are not remembered, nor waited for. */
  forgetAll(): void {
    this.known.clear();
    this.refusedUntilMs.clear();
    this.asking = new Map();
  }

  private askOnce(keyId: string, hash: string): Promise<Authenticated> {
    const { asking } = this;
    const before = asking.get(hash);
    if (before) return before;
    const answer = this.ask(keyId, hash, () => asking === this.asking).finally(() => asking.delete(hash));
    asking.set(hash, answer);
    return answer;
  }

  private async ask(keyId: string, hash: string, isCurrent: () => boolean): Promise<Authenticated> {
    const { clock, ask } = this.options;
    try {
      const owner = await ask({ key_id: keyId, key_hash: hash });
      const authenticated = readOwner(owner);
      const leftMs = owner.expires_at === null ? keepMs : owner.expires_at - clock.nowMs();
      const untilMs = clock.monotonicMs() + Math.min(keepMs, leftMs);
      if (isCurrent()) this.known.set(hash, { ...authenticated, untilMs });
      return authenticated;
    } catch (error) {
      if (AppError.from(error).kind !== 'unauthenticated') throw error;
      if (isCurrent()) this.refusedUntilMs.set(hash, clock.monotonicMs() + keepRefusalMs);
      throw notAuthenticated();
    }
  }
}

function readOwner({ user_id, key_id, scopes, profile, limits }: Owner): Authenticated {
  return {
    caller: { userId: user_id, keyId: key_id, scopes, profile },
    requestsPerMinute: limits.requests_per_minute,
  };
}
