import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import type { AskContract } from '@parley/contracts';
import type { NatsConnection, Subscription } from 'nats';
import { defaultIfEmpty, firstValueFrom, isObservable } from 'rxjs';
import type { z } from 'zod';
import type { AnyAskContract, AskContext, AskHandler } from './answers.decorator';
import { AskResponder } from './ask-responder';
import type { Answerer } from './ask-responder';
import type { Logger } from './logger';

export interface AskServerOptions {
  readonly nats: NatsConnection;
  /** The queue group: of all processes with this name, one gets each request. */
  readonly service: string;
  readonly logger: Logger;
  /** Handlers running at once; a request beyond it is answered with `ASK.OVERLOADED`. 256 by default. */
  readonly maxInFlight?: number;
  /** How long `close` waits for handlers that run. 10,000 by default. */
  readonly drainTimeoutMs?: number;
}

export interface AnswerOptions {
  /** Where to listen instead of the contract's subject, e.g. `media.v1.<instance>.say`. */
  readonly subject?: string;
}

/** One contract being answered. `close` stops taking requests for it; those under way are finished. */
export interface Answering {
  close(): Promise<void>;
}

interface Endpoint extends Answerer {
  readonly subject: string;
  subscription?: Subscription;
}

/**
 * Answers contracts over core NATS, one queue group a service. As a Nest transport (`connectMicroservice({strategy})`)
 * it serves the methods marked with `@Answers`; `answer` adds others at any time, with no Nest at all if need be (then
 * `start` begins to listen). Nothing on the wire can crash it. `close` stops listening, then waits for what runs; the
 * connection stays open, for it belongs to the process.
 */
export class AskServer extends Server implements CustomTransportStrategy {
  private readonly endpoints = new Set<Endpoint>();
  private readonly responder: AskResponder;
  private state: 'new' | 'listening' | 'closed' = 'new';

  constructor(private readonly options: AskServerOptions) {
    super();
    this.responder = new AskResponder(options.logger, options.maxInFlight ?? 256);
  }

  /** Answers `contract` with `handler`, from now on if the server listens already, else from `start`. */
  answer<Req extends z.ZodType, Res extends z.ZodType>(
    contract: AskContract<Req, Res>,
    handler: AskHandler<Req, Res>,
    options: AnswerOptions = {},
  ): Answering {
    const endpoint: Endpoint = {
      contract,
      subject: options.subject ?? contract.subject,
      // The responder calls it with what `contract.request` parsed.
      handle: (request, context) => handler(request as z.output<Req>, context),
    };
    this.endpoints.add(endpoint);
    if (this.state === 'listening') this.subscribe(endpoint);
    return { close: () => this.retire(endpoint) };
  }

  /** Begins to listen; resolves when the NATS server knows of every subscription. */
  async start(): Promise<void> {
    if (this.state !== 'new') return;
    this.state = 'listening';
    for (const [pattern, handler] of this.messageHandlers) this.endpoints.add(nestEndpoint(pattern, handler));
    for (const endpoint of this.endpoints) this.subscribe(endpoint);
    await this.options.nats.flush();
  }

  /** Nest's name for `start`. */
  override listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  override async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.state = 'closed';
    const timeoutMs = this.options.drainTimeoutMs ?? 10_000;
    await Promise.all([...this.endpoints].map((endpoint) => this.retire(endpoint)));
    if (!(await this.responder.whenIdle(timeoutMs))) {
      this.options.logger.error({ timeoutMs }, 'asks still running at close were abandoned');
    }
  }

  /** Has no events of its own; the connection's are logged by `connectNats`. */
  override on(): void {
    // Nest's contract for a transport without events.
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Nest's signature
  override unwrap<T>(): T {
    return this.options.nats as T;
  }

  private subscribe(endpoint: Endpoint): void {
    const { nats, service, logger } = this.options;
    endpoint.subscription = nats.subscribe(endpoint.subject, {
      queue: service,
      callback: (error, message) => {
        if (error) logger.error({ err: error, subject: endpoint.subject }, 'ask subscription failed');
        else this.responder.take(endpoint, message);
      },
    });
  }

  private async retire(endpoint: Endpoint): Promise<void> {
    this.endpoints.delete(endpoint);
    const { subscription } = endpoint;
    if (!subscription || subscription.isClosed()) return;
    // A drain waits for the server; while that is away there is nothing to take off it.
    const timer = setTimeout(() => subscription.unsubscribe(), 2_000);
    await subscription.drain().catch(() => undefined);
    clearTimeout(timer);
  }
}

function nestEndpoint(pattern: string, handler: MessageHandler): Endpoint {
  const contract = contractOf(pattern, handler);
  return {
    contract,
    subject: contract.subject,
    handle: async (request: unknown, context: AskContext): Promise<unknown> => {
      const result: unknown = await (handler as (data: unknown, context: AskContext) => unknown)(
        request,
        context,
      );
      return isObservable(result) ? firstValueFrom(result.pipe(defaultIfEmpty(undefined))) : result;
    },
  };
}

function contractOf(pattern: string, handler: MessageHandler): AnyAskContract {
  const contract = (handler.extras as { contract?: AnyAskContract } | undefined)?.contract;
  if (contract) return contract;
  throw new TypeError(`The handler of ${pattern} is not marked with @Answers.`);
}
