import { parseOrThrow } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { headers } from 'nats';
import type { Msg } from 'nats';
import type { AnyAskContract, AskContext } from './answers.decorator';
import { deadlineHeader, decodeJson, encodeJson, errorHeader } from './ask-wire';
import type { Logger } from './logger';
import { traceHeader, withTrace } from './trace';
import { TurnBatch } from './turn-batch';

/** A contract with the function that answers it, both untyped: the types were checked where they were joined. */
export interface Answerer {
  readonly contract: AnyAskContract;
  readonly handle: (request: unknown, context: AskContext) => unknown;
}

/**
 * Turns one NATS message into one reply. Whatever is on the wire and whatever the handler throws, `take` neither
 * throws nor rejects. At most `maxInFlight` handlers run at once; a request beyond that is refused, not queued, so that
 * the asker can go elsewhere while its deadline lasts.
 */
export class AskResponder {
  private inFlight = 0;
  private idle: (() => void)[] = [];
  private readonly batch = new TurnBatch();

  constructor(
    private readonly logger: Logger,
    private readonly maxInFlight: number,
  ) {}

  take(answerer: Answerer, message: Msg): void {
    if (this.inFlight >= this.maxInFlight) {
      this.logger.warn(
        { subject: message.subject, inFlight: this.inFlight },
        'ask refused: too many in flight',
      );
      this.replyError(message, new AppError('unavailable', 'ASK.OVERLOADED', 'The service is overloaded.'));
      return;
    }
    this.inFlight += 1;
    void this.respond(answerer, message)
      .catch((error: unknown) => {
        this.logger.error({ err: error, subject: message.subject }, 'ask could not be answered');
      })
      .finally(() => {
        this.inFlight -= 1;
        if (this.inFlight === 0) for (const resolve of this.idle.splice(0)) resolve();
      });
  }

  /** Resolves with true once no handler runs, with false if some still do after `timeoutMs`. */
  async whenIdle(timeoutMs: number): Promise<boolean> {
    if (this.inFlight === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const idle = new Promise<boolean>((resolve) => this.idle.push(() => resolve(true)));
    const result = await Promise.race([idle, timedOut]);
    clearTimeout(timer);
    return result;
  }

  private async respond(answerer: Answerer, message: Msg): Promise<void> {
    const context = readContext(message);
    if (context.deadlineMs !== undefined && context.deadlineMs <= Date.now()) {
      this.logger.warn(
        { subject: message.subject, deadlineMs: context.deadlineMs },
        'ask dropped: deadline passed',
      );
      return;
    }
    try {
      const reply = await withTrace(context.traceId, () => answer(answerer, message, context));
      if (message.reply) await this.batch.add(() => message.respond(encodeJson(reply)));
    } catch (error) {
      this.logFailure(error, message.subject, context.traceId);
      this.replyError(message, AppError.from(error));
    }
  }

  private logFailure(error: unknown, subject: string, traceId: string): void {
    const fields = { err: error, subject, traceId };
    if (AppError.is(error) && error.kind !== 'internal')
      this.logger.debug(fields, 'ask answered with an error');
    else this.logger.error(fields, 'ask failed');
  }

  private replyError(message: Msg, error: AppError): void {
    if (!message.reply) return;
    const header = headers();
    header.set(errorHeader, error.code);
    try {
      message.respond(encodeJson(error.toWire()), { headers: header });
    } catch (cause) {
      // Details that cannot be serialised, or a closed connection: the asker must not wait for its whole deadline if
      // a plain error still gets through.
      this.logger.error({ err: cause, subject: message.subject }, 'error reply could not be sent as it was');
      tryRespond(message, header, error);
    }
  }
}

async function answer(answerer: Answerer, message: Msg, context: AskContext): Promise<unknown> {
  const request = parseOrThrow(answerer.contract.request, readPayload(message), ['body']);
  const result = await answerer.handle(request, context);
  const response = answerer.contract.response.safeParse(result);
  if (response.success) return response.data;
  throw new AppError(
    'internal',
    'ASK.BAD_REPLY',
    `The answer on ${message.subject} does not fit its contract.`,
    {
      cause: response.error,
      details: { subject: message.subject },
    },
  );
}

function readPayload(message: Msg): unknown {
  try {
    return decodeJson(message.data);
  } catch (error) {
    throw new AppError('invalid', 'ASK.NOT_JSON', 'The request is not JSON.', { cause: error });
  }
}

function readContext(message: Msg): AskContext {
  const deadlineMs = Number(message.headers?.get(deadlineHeader) || Number.NaN);
  return {
    subject: message.subject,
    deadlineMs: Number.isFinite(deadlineMs) ? deadlineMs : undefined,
    traceId: message.headers?.get(traceHeader) || newId(),
  };
}

function tryRespond(message: Msg, header: ReturnType<typeof headers>, error: AppError): void {
  try {
    const { kind, code, message: text } = error;
    message.respond(encodeJson({ kind, code, message: text }), { headers: header });
  } catch {
    // Logged by the caller; there is nobody left to tell.
  }
}
