import { AppError, newId } from '@parley/kernel';
import { ErrorCode, headers, NatsError } from 'nats';
import type { JetStreamClient, NatsConnection } from 'nats';
import { encodeJson } from './ask-wire';
import { currentTraceId, traceHeader } from './trace';

export interface TellerOptions {
  /** How long to wait for the stream's acknowledgement. 2,000 by default. */
  readonly ackTimeoutMs?: number;
}

/** The stream's receipt. `duplicate`: it had this message id already, within its window, and stored nothing. */
export interface Receipt {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** Publishes to JetStream. A `tell` that resolves has been stored; one that rejects may have been: tell it again. */
export class Teller {
  private readonly jetstream: JetStreamClient;
  private readonly ackTimeoutMs: number;

  constructor(nats: NatsConnection, options: TellerOptions = {}) {
    this.jetstream = nats.jetstream();
    this.ackTimeoutMs = options.ackTimeoutMs ?? 2_000;
  }

  /**
   * Stores `payload` (JSON) under `subject`. The same `msgId` again within the stream's window of 2 min stores nothing.
   * @throws UNAVAILABLE `TELL.UNAVAILABLE` when no stream acknowledged in time; INVALID `TELL.TOO_LARGE` when the
   * server takes no message of that size, now or later.
   */
  async tell(subject: string, msgId: string, payload: unknown): Promise<Receipt> {
    const header = headers();
    header.set(traceHeader, currentTraceId() ?? newId());
    try {
      const { stream, seq, duplicate } = await this.jetstream.publish(subject, encodeJson(payload), {
        msgID: msgId,
        timeout: this.ackTimeoutMs,
        headers: header,
      });
      return { stream, seq, duplicate };
    } catch (error) {
      throw tellError(error, subject);
    }
  }
}

function tellError(error: unknown, subject: string): AppError {
  const options = { cause: error, details: { subject } };
  if (error instanceof NatsError && error.code === (ErrorCode.MaxPayloadExceeded as string)) {
    return new AppError('invalid', 'TELL.TOO_LARGE', `The message on ${subject} is too large.`, options);
  }
  return new AppError('unavailable', 'TELL.UNAVAILABLE', `No stream acknowledged ${subject}.`, options);
}
