import { AckPolicy, DeliverPolicy, nanos, NatsError } from 'nats';
import type { ConsumerConfig, Msg, NatsConnection } from 'nats';
import { decodeJson } from './ask-wire';
import { putAside } from './dead-letters';
import type { DeadReason } from './dead-letters';
import type { Logger } from './logger';
import { acknowledge, deliveryOf, negativelyAcknowledge, pull, stillWorking, terminate } from './pull';
import type { PullEnd } from './pull';
import type { StreamName } from './streams';
import { traceHeader, withTrace } from './trace';

/** One message of a stream, as a handler sees it. */
export interface Told {
  /** The message id that it was told with; `<stream>:<seq>` if it had none. */
  readonly id: string;
  readonly subject: string;
  /** The JSON it carried, unchecked. */
  readonly data: unknown;
  /** Its place in the stream. */
  readonly seq: number;
  /** 1 the first time. */
  readonly deliveries: number;
  readonly traceId: string | undefined;
}

/** What becomes of a message: done; wanted again after a delay; never wanted again (it goes to the dead letters). */
export type Outcome = 'ack' | { readonly nakMs: number } | 'term';

export interface ConsumeOptions {
  readonly nats: NatsConnection;
  readonly logger: Logger;
  readonly stream: StreamName;
  /** The consumer's name, shared by all processes that divide the work. No dots. */
  readonly durable: string;
  /** Only these subjects; all of the stream by default. */
  readonly filterSubject?: string;
  /**
   * Handles a batch, in the order of the stream; one outcome for each message, in the same order. Must be idempotent:
   * any message may come again. When it throws, every message of the batch comes again, later and later.
   */
  readonly handler: (messages: readonly Told[]) => Promise<readonly Outcome[]>;
  /** Stops the consumer as `close` does. */
  readonly signal?: AbortSignal;
  /** 64 by default. */
  readonly batchSize?: number;
  /** After so long without a sign of life from this process another one gets the message. 30,000 by default. */
  readonly ackWaitMs?: number;
  /** Messages under way in all processes together; the server holds back the rest. 1,000 by default. */
  readonly maxAckPending?: number;
  /** A message that would come more often than this is put aside. 10 by default. */
  readonly maxDeliveries?: number;
}

/** A running consumer. */
export interface Consumption {
  /** Stops pulling, lets the batch in hand finish and be acknowledged. */
  close(): Promise<void>;
}

const consumerNotFound = 10_014;
const idleWaitMs = 2_000;
const maxBackoffMs = 2_000;

/**
 * Consumes a stream through a durable pull consumer, from the stream's first message on. Goes on for ever: a lost
 * connection, a restarted server, a deleted consumer are logged once, waited out and mended.
 */
export function consume(options: ConsumeOptions): Consumption {
  const loop = new ConsumerLoop(options);
  const running = loop.run();
  return {
    close: async () => {
      loop.stop();
      await running;
    },
  };
}

class ConsumerLoop {
  private readonly aborter = new AbortController();
  private readonly signal: AbortSignal;
  private readonly batchSize: number;
  private readonly ackWaitMs: number;
  private readonly maxDeliveries: number;
  private failures = 0;

  constructor(private readonly options: ConsumeOptions) {
    const own = this.aborter.signal;
    this.signal = options.signal ? AbortSignal.any([own, options.signal]) : own;
    this.batchSize = options.batchSize ?? 64;
    this.ackWaitMs = options.ackWaitMs ?? 30_000;
    this.maxDeliveries = options.maxDeliveries ?? 10;
  }

  stop(): void {
    this.aborter.abort();
  }

  async run(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await this.ensureConsumer();
        await this.pullUntilLost();
      } catch (error) {
        await this.failed(error);
      }
    }
  }

  /** Pulls and handles batches; returns when the consumer has to be looked after or the loop is stopped. */
  private async pullUntilLost(): Promise<void> {
    let waitMs = 0;
    while (!this.signal.aborted) {
      // What is there at once comes as one batch; only when nothing is, the server holds a request for one message.
      const batch = waitMs === 0 ? this.batchSize : 1;
      const { stream, durable, nats } = this.options;
      const { messages, end } = await pull(nats, { stream, durable, batch, waitMs }, this.signal);
      if (end === 'aborted') {
        this.giveBack(messages);
        return;
      }
      if (messages.length > 0) {
        await this.handle(messages);
        this.recovered();
      }
      if (isLost(end)) throw new Error(`pull ended: ${end}`);
      if (end === 'busy') await this.rest(100);
      if (end === 'empty') this.recovered();
      waitMs = messages.length === 0 && waitMs === 0 ? idleWaitMs : 0;
    }
  }

  private async handle(messages: readonly Msg[]): Promise<void> {
    const readable: { message: Msg; told: Told }[] = [];
    for (const message of messages) {
      const read = await this.read(message);
      if (read) readable.push({ message, told: read });
    }
    const first = readable[0];
    if (!first) return;
    const told = readable.map((entry) => entry.told);
    const stopSigns = this.showSignsOfLife(readable.map((entry) => entry.message));
    let outcomes: readonly (Outcome | undefined)[];
    try {
      outcomes = await withTrace(first.told.traceId, () => this.options.handler(told));
    } catch (error) {
      this.options.logger.error(
        { err: error, ...this.names, messages: told.length },
        'batch failed; it comes again',
      );
      outcomes = told.map(({ deliveries }) => ({
        nakMs: Math.min(30_000, 100 * 2 ** Math.min(deliveries, 10)),
      }));
    } finally {
      stopSigns();
    }
    for (const [index, { message, told: each }] of readable.entries()) {
      await this.settle(message, each, outcomes[index] ?? { nakMs: 1_000 });
    }
  }

  /** The message for the handler; `undefined` when it was put aside instead. */
  private async read(message: Msg): Promise<Told | undefined> {
    const { seq, deliveries } = deliveryOf(message);
    if (deliveries > this.maxDeliveries) {
      await this.bury(message, 'too_many_deliveries');
      return undefined;
    }
    try {
      return {
        id: message.headers?.get('Nats-Msg-Id') || `${this.options.stream}:${seq}`,
        subject: message.subject,
        data: decodeJson(message.data),
        seq,
        deliveries,
        traceId: message.headers?.get(traceHeader) || undefined,
      };
    } catch {
      await this.bury(message, 'not_json');
      return undefined;
    }
  }

  private async settle(message: Msg, told: Told, outcome: Outcome): Promise<void> {
    if (outcome === 'ack') acknowledge(message);
    else if (outcome === 'term') await this.bury(message, 'rejected');
    else negativelyAcknowledge(message, outcome.nakMs);
    this.options.logger.debug({ ...this.names, id: told.id, seq: told.seq, outcome }, 'message settled');
  }

  private async bury(message: Msg, reason: DeadReason): Promise<void> {
    const { nats, stream, durable, logger } = this.options;
    const fields = { ...this.names, ...deliveryOf(message), subject: message.subject, reason };
    try {
      await putAside(nats, { message, stream, durable, ...deliveryOf(message), reason });
      terminate(message);
      logger.error(fields, 'message put aside');
    } catch (error) {
      logger.error({ ...fields, err: error }, 'message could not be put aside; it comes again');
      negativelyAcknowledge(message, 1_000);
    }
  }

  private giveBack(messages: readonly Msg[]): void {
    for (const message of messages) negativelyAcknowledge(message, 0);
  }

  /** While a batch is being handled no other process shall get it, however long it takes; the log tells of slow ones. */
  private showSignsOfLife(messages: readonly Msg[]): () => void {
    const startedMs = performance.now();
    const timer = setInterval(() => {
      for (const message of messages) stillWorking(message);
      const runningMs = Math.round(performance.now() - startedMs);
      this.options.logger.warn({ ...this.names, messages: messages.length, runningMs }, 'batch is slow');
    }, this.ackWaitMs / 2);
    return () => clearInterval(timer);
  }

  private async ensureConsumer(): Promise<void> {
    const { nats, stream, durable } = this.options;
    const manager = await nats.jetstreamManager({ timeout: 2_000 });
    const wanted = this.config();
    const found = await manager.consumers.info(stream, durable).catch((error: unknown) => {
      if (error instanceof NatsError && error.api_error?.err_code === consumerNotFound) return undefined;
      throw error;
    });
    if (!found) await manager.consumers.add(stream, wanted);
    else if (
      found.config.ack_wait !== wanted.ack_wait ||
      found.config.max_ack_pending !== wanted.max_ack_pending
    ) {
      await manager.consumers.update(stream, durable, { ...found.config, ...wanted });
    }
  }

  private config(): Partial<ConsumerConfig> {
    const { durable, filterSubject, maxAckPending } = this.options;
    return {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(this.ackWaitMs),
      max_ack_pending: maxAckPending ?? 1_000,
      // The count of deliveries is kept here: the server would only stop delivering, and tell nobody in the handler.
      max_deliver: -1,
      ...(filterSubject !== undefined && { filter_subject: filterSubject }),
    };
  }

  private recovered(): void {
    if (this.failures > 0) this.options.logger.info(this.names, 'consumer goes on');
    this.failures = 0;
  }

  private async failed(error: unknown): Promise<void> {
    this.failures += 1;
    if (this.failures === 1)
      this.options.logger.warn({ err: error, ...this.names }, 'consumer lost; trying again');
    await this.rest(Math.min(maxBackoffMs, 50 * 2 ** Math.min(this.failures, 10)));
  }

  private rest(forMs: number): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, forMs);
      this.signal.addEventListener('abort', done, { once: true });
    });
  }

  private get names(): { readonly stream: string; readonly durable: string } {
    return { stream: this.options.stream, durable: this.options.durable };
  }
}

function isLost(end: PullEnd): boolean {
  return end === 'missing' || end === 'silent';
}
