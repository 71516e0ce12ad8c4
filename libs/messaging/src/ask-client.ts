import { randomUUID } from 'node:crypto';
import type { AskContract } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { ErrorCode, headers, NatsError } from 'nats';
import type { Msg, NatsConnection } from 'nats';
import type { z } from 'zod';
import { deadlineHeader, decodeJson, encodeJson, errorFromWire, errorHeader } from './ask-wire';
import { ReplyInbox } from './reply-inbox';
import { currentTraceId, traceHeader } from './trace';
import { TurnBatch } from './turn-batch';

export interface AskOptions {
  /** How long to wait; the contract's own by default. */
  readonly timeoutMs?: number;
  /** Where to ask instead of the contract's subject: one instance of a service. */
  readonly subject?: string;
  /** The trace to go on with; the current one, or a fresh one, by default. */
  readonly traceId?: string;
}

/** Puts questions to other services over core NATS request-reply. Never retries: only the caller knows whether it may. */
export class AskClient {
  private readonly batch = new TurnBatch();
  private readonly inbox: ReplyInbox;

  constructor(nats: NatsConnection) {
    this.inbox = new ReplyInbox(nats);
  }

  /**
   * Asks, and gives the answer as the contract's response schema parsed it. The payload is typed, not validated: the
   * service that answers does that.
   * @throws the `AppError` that the other side threw; UNAVAILABLE `ASK.NO_RESPONDER` when nobody listens (the request
   * had no effect); TIMEOUT `ASK.TIMEOUT` (it may have had one); UNAVAILABLE `ASK.DISCONNECTED` when this process's
   * connection is closed; INTERNAL `ASK.BAD_REPLY` when the answer does not fit the contract.
   */
  async ask<Req extends z.ZodType, Res extends z.ZodType>(
    contract: AskContract<Req, Res>,
    payload: z.input<Req>,
    options: AskOptions = {},
  ): Promise<z.output<Res>> {
    const subject = options.subject ?? contract.subject;
    const timeoutMs = options.timeoutMs ?? contract.timeoutMs;
    const header = headers();
    header.set(deadlineHeader, String(Date.now() + timeoutMs));
    header.set(traceHeader, options.traceId ?? currentTraceId() ?? randomUUID());

    const reply = await this.request(subject, encodeJson(payload), timeoutMs, header);
    const answer = readReply(reply, subject);
    if (reply.headers?.has(errorHeader)) throw errorFromWire(answer);

    const parsed = contract.response.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw badReply(subject, parsed.error);
  }

  private async request(
    subject: string,
    data: Uint8Array,
    timeoutMs: number,
    header: ReturnType<typeof headers>,
  ): Promise<Msg> {
    try {
      return await this.batch.add(() => this.inbox.request(subject, data, header, timeoutMs));
    } catch (error) {
      throw requestError(error, subject, timeoutMs);
    }
  }
}

function readReply(reply: Msg, subject: string): unknown {
  try {
    return decodeJson(reply.data);
  } catch (error) {
    throw badReply(subject, error);
  }
}

function badReply(subject: string, cause: unknown): AppError {
  return new AppError('internal', 'ASK.BAD_REPLY', `The answer on ${subject} does not fit its contract.`, {
    cause,
    details: { subject },
  });
}

function requestError(error: unknown, subject: string, timeoutMs: number): AppError {
  const code = error instanceof NatsError ? error.code : undefined;
  const options = { cause: error, details: { subject, timeoutMs } };
  switch (code) {
    case ErrorCode.NoResponders:
      return new AppError('unavailable', 'ASK.NO_RESPONDER', `Nobody answers on ${subject}.`, options);
    case ErrorCode.Timeout:
      return new AppError('timeout', 'ASK.TIMEOUT', `No answer on ${subject} in time.`, options);
    case ErrorCode.MaxPayloadExceeded:
      return new AppError('invalid', 'ASK.TOO_LARGE', `The request on ${subject} is too large.`, options);
    default:
      return new AppError('unavailable', 'ASK.DISCONNECTED', `Cannot ask on ${subject}.`, options);
  }
}
