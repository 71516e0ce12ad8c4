import { createInbox, nanos } from 'nats';
import type { Msg, NatsConnection, Subscription } from 'nats';

/** Why a pull ended: the server had no more, or can give no more now, or the consumer is not there, or silence. */
export type PullEnd = 'filled' | 'empty' | 'busy' | 'missing' | 'silent' | 'aborted';

export interface PullRequest {
  readonly stream: string;
  readonly durable: string;
  readonly batch: number;
  /** How long the server may hold the request while it has nothing; 0: it answers at once with what it has. */
  readonly waitMs: number;
}

export interface PullResult {
  readonly messages: Msg[];
  readonly end: PullEnd;
}

/** The answer to a request that the server did not hold must come within this, the answer to another this much later. */
const graceMs = 1_000;

/**
 * One pull from a durable consumer. Written on the wire protocol (nats-architecture-and-design ADR-13) because the
 * client's own `fetch` either waits for a full batch or, stopped early, strands what the server sent meanwhile until
 * `ack_wait`. Here an aborted pull is drained: all that was sent is in `messages`.
 */
export function pull(nats: NatsConnection, request: PullRequest, signal: AbortSignal): Promise<PullResult> {
  return new Promise((resolve) => {
    const messages: Msg[] = [];
    let ended: PullEnd | undefined;
    const inbox = createInbox();

    const finish = (end: PullEnd): void => {
      if (ended) return;
      ended = end;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      const done = (): void => resolve({ messages, end });
      // After `silent` and `aborted` the server may be sending still.
      if (end === 'silent' || end === 'aborted') void drained(subscription).then(done);
      else {
        subscription.unsubscribe();
        done();
      }
    };
    const onAbort = (): void => finish('aborted');
    const timer = setTimeout(() => finish('silent'), request.waitMs + graceMs);
    const subscription = nats.subscribe(inbox, {
      callback: (error, message) => {
        const status = error ? 'missing' : endOf(message);
        if (status === undefined) messages.push(message);
        if (status) finish(status);
        else if (messages.length >= request.batch) finish('filled');
      },
    });
    signal.addEventListener('abort', onAbort, { once: true });

    try {
      nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${request.stream}.${request.durable}`, requestBody(request), {
        reply: inbox,
      });
      if (signal.aborted) onAbort();
    } catch {
      // The connection is closed; the consumer's next look at it says so.
      finish('missing');
    }
  });
}

function requestBody({ batch, waitMs }: PullRequest): string {
  return JSON.stringify(waitMs > 0 ? { batch, expires: nanos(waitMs) } : { batch, no_wait: true });
}

/** `undefined` for a message of the stream, `false` for a heartbeat, else why the server ends the pull. */
function endOf(message: Msg): PullEnd | false | undefined {
  const code = message.headers?.code ?? 0;
  if (code === 0 || message.data.length > 0) return undefined;
  switch (code) {
    case 100:
      return false;
    case 404:
    case 408:
      return 'empty';
    case 409:
      return /deleted|not found|not pull/i.test(message.headers?.description ?? '') ? 'missing' : 'busy';
    default:
      return 'missing';
  }
}

async function drained(subscription: Subscription): Promise<void> {
  // Without a server the drain would wait for one; then nothing can be under way either.
  const timer = setTimeout(() => subscription.unsubscribe(), 500);
  await subscription.drain().catch(() => undefined);
  clearTimeout(timer);
}

/** Where a message stands, from its reply subject: `$JS.ACK.[domain.account.]stream.consumer.deliveries.seq.…`. */
export function deliveryOf(message: Msg): { readonly seq: number; readonly deliveries: number } {
  const tokens = (message.reply ?? '').split('.');
  const offset = tokens.length === 9 ? 4 : 6;
  return { deliveries: Number(tokens[offset]), seq: Number(tokens[offset + 1]) };
}

export function acknowledge(message: Msg): void {
  message.respond('+ACK');
}

/** Asks for the message again, after `delayMs`. */
export function negativelyAcknowledge(message: Msg, delayMs: number): void {
  message.respond(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK');
}

export function terminate(message: Msg): void {
  message.respond('+TERM');
}

/** Starts the message's `ack_wait` anew. */
export function stillWorking(message: Msg): void {
  message.respond('+WPI');
}
