import { headers } from 'nats';
import type { Msg, NatsConnection } from 'nats';

/** Why a message was given up. */
export type DeadReason = 'not_json' | 'too_many_deliveries' | 'rejected';

export interface DeadLetter {
  readonly message: Msg;
  readonly stream: string;
  readonly durable: string;
  readonly seq: number;
  readonly deliveries: number;
  readonly reason: DeadReason;
}

/**
 * Stores a message that a consumer gave up, bytes unchanged, under `dead.v1.<stream>` in DEAD_LETTERS; headers say where
 * it came from and why. Rejects when it was not stored.
 */
export async function putAside(
  nats: NatsConnection,
  letter: DeadLetter,
  ackTimeoutMs = 2_000,
): Promise<void> {
  const header = headers();
  header.set('Parley-Dead-Reason', letter.reason);
  header.set('Parley-Dead-Subject', letter.message.subject);
  header.set('Parley-Dead-Consumer', letter.durable);
  header.set('Parley-Dead-Seq', String(letter.seq));
  header.set('Parley-Dead-Deliveries', String(letter.deliveries));
  header.set('Parley-Dead-Msg-Id', letter.message.headers?.get('Nats-Msg-Id') ?? '');
  await nats.jetstream().publish(`dead.v1.${letter.stream}`, letter.message.data, {
    msgID: `${letter.stream}:${letter.durable}:${letter.seq}`,
    timeout: ackTimeoutMs,
    headers: header,
  });
}
