import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@parley/kernel';

const keyBytes = 32;
const macChars = 43;
const maxTokenChars = 512;
const tokenText = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** What a media token says: this leg of this call may open one socket, until then. */
export interface MediaGrant {
  readonly callId: string;
  readonly legId: string;
  /** Consumed by the first attach, so that the token works once. */
  readonly nonce: string;
  /** Epoch, ms. Tokens hold whole seconds; a fraction is cut off. */
  readonly expiresAtMs: number;
  /** The user's own account whose token signs the socket's request; absent where that is the deployment's. */
  readonly account?: { readonly userId: string; readonly connectionId: string };
}

/**
 * Mints and checks the tokens in the path of a media socket: `<base64url(JSON)>.<base64url(HMAC-SHA256)>`. Checking
 * needs no one else; that the nonce is used once is its owner's part.
 */
export class MediaTokens {
  private readonly key: Buffer;

  /** @param key base64 of 32 bytes. @throws SECRETS.BAD_KEYS when it is not. */
  constructor(key: string) {
    this.key = Buffer.from(key, 'base64');
    if (this.key.length !== keyBytes) {
      throw new AppError('invalid', 'SECRETS.BAD_KEYS', 'The media token key must be base64 of 32 bytes.');
    }
  }

  /** A token for `grant`; URL-safe, fit for one path segment. */
  mint(grant: MediaGrant): string {
    const payload = JSON.stringify({
      c: grant.callId,
      l: grant.legId,
      n: grant.nonce,
      e: Math.floor(grant.expiresAtMs / 1000),
      ...(grant.account && { u: grant.account.userId, a: grant.account.connectionId }),
    });
    const body = Buffer.from(payload, 'utf8').toString('base64url');
    return `${body}.${this.mac(body)}`;
  }

  /**
   * What a token grants, once its signature and its time are checked.
   * @throws MEDIA_TOKEN.INVALID when it is malformed, too long or not ours.
   * @throws MEDIA_TOKEN.EXPIRED when it is ours and `nowMs` has reached its end.
   */
  check(token: string, nowMs: number): MediaGrant {
    const [, body, mac] = token.length <= maxTokenChars ? (tokenText.exec(token) ?? []) : [];
    if (
      !body ||
      mac?.length !== macChars ||
      !timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(body)))
    ) {
      throw new AppError('forbidden', 'MEDIA_TOKEN.INVALID', 'The media token is not valid.');
    }
    const grant = parseGrant(body);
    if (nowMs >= grant.expiresAtMs) {
      throw new AppError('forbidden', 'MEDIA_TOKEN.EXPIRED', 'The media token has expired.', {
        details: { callId: grant.callId },
      });
    }
    return grant;
  }

  private mac(body: string): string {
    return createHmac('sha256', this.key).update(body).digest('base64url');
  }
}

interface TokenPayload {
  readonly c: string;
  readonly l: string;
  readonly n: string;
  readonly e: number;
  readonly u?: string;
  readonly a?: string;
}

/** Only a body whose signature held comes here, so its shape is ours. */
function parseGrant(body: string): MediaGrant {
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as TokenPayload;
  const { u: userId, a: connectionId } = payload;
  return {
    callId: payload.c,
    legId: payload.l,
    nonce: payload.n,
    expiresAtMs: payload.e * 1000,
    ...(userId !== undefined && connectionId !== undefined && { account: { userId, connectionId } }),
  };
}
