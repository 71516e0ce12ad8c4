import { randomBytes } from 'node:crypto';
import type { MediaTokens } from '@parley/secrets';
import { connectStream } from '@parley/telephony';
import type { LockedCall } from '../calls/locked-call';
import { accountOf } from '../carrier-accounts/account-ref';
import { CarrierAddresses } from './carrier-addresses';

/** From the document to the socket is one round trip of the carrier's; a slow one takes seconds. */
const validMs = 60_000;
/** By how many streams a leg has lost: the first is taken up at once, by another process; then one may be starting again. */
const reconnectPausesS = [0, 0, 2, 5];

/** Invites the carrier to bring a leg's audio to a media process, with a token that works once. */
export class MediaInvitations {
  constructor(
    private readonly tokens: MediaTokens,
    private readonly addresses: CarrierAddresses,
  ) {}

  /**
   * The document that connects the leg. Its nonce commits with the call's transaction. A leg that lost its second
   * stream waits: where media has one process only, that one is just starting again, on a busy machine for seconds.
   */
  async connect(call: LockedCall, legId: string): Promise<string> {
    const nonce = randomBytes(16).toString('base64url');
    const expiresAtMs = call.now.getTime() + validMs;
    await call.manager.query(
      'INSERT INTO media_nonces (nonce, user_id, call_id, leg_id, expires_at) VALUES ($1, $2, $3, $4, $5)',
      [nonce, call.row.userId, call.row.id, legId, new Date(expiresAtMs)],
    );
    const account = accountOf(call.row);
    const token = this.tokens.mint({
      callId: call.row.id,
      legId,
      nonce,
      expiresAtMs,
      ...(account && { account }),
    });
    return connectStream({
      streamUrl: this.addresses.media(token),
      actionUrl: this.addresses.ofCall(call.row).connectEndedUrl,
      pauseS: reconnectPausesS[call.life.losses] ?? 0,
    });
  }

  /** Uses a nonce up. False when it is unknown, used, expired or another leg's. */
  async consume(call: LockedCall, legId: string, nonce: string): Promise<boolean> {
    const [rows] = await call.manager.query<[unknown[], number]>(
      `UPDATE media_nonces SET used_at = $5 WHERE nonce = $1 AND user_id = $2 AND call_id = $3 AND leg_id = $4
         AND used_at IS NULL AND expires_at >= $5 RETURNING nonce`,
      [nonce, call.row.userId, call.row.id, legId, call.now],
    );
    return rows.length === 1;
  }
}
