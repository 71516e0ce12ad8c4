import { createInbox, ErrorCode, NatsError } from 'nats';
import type { Msg, MsgHdrs, NatsConnection } from 'nats';

interface Waiting {
  readonly timer: NodeJS.Timeout;
  resolve(reply: Msg): void;
  reject(error: NatsError): void;
}

const noResponders = 503;

/**
 * Sends requests and hands each its reply, all over one subscription. It does what nats.js' own `request` does with less
 * than half of the CPU time (20 µs of 40 for a request with its reply): that one also makes an error, with a stack, and
 * four promises for each request that goes well.
 */
export class ReplyInbox {
  private readonly prefix = `${createInbox()}.`;
  private readonly waiting = new Map<string, Waiting>();
  private isListening = false;
  private count = 0;

  constructor(private readonly nats: NatsConnection) {}

  /** @throws NatsError `Timeout`, `NoResponders`, `ConnectionClosed`, or what `publish` throws. A later reply is dropped. */
  request(subject: string, data: Uint8Array, headers: MsgHdrs, timeoutMs: number): Promise<Msg> {
    this.count += 1;
    const token = String(this.count);
    return new Promise((resolve, reject) => {
      this.listen();
      this.nats.publish(subject, data, { headers, reply: this.prefix + token });
      const timer = setTimeout(() => this.fail(token, ErrorCode.Timeout), timeoutMs);
      this.waiting.set(token, { timer, resolve, reject });
    });
  }

  private listen(): void {
    if (this.isListening) return;
    this.nats.subscribe(`${this.prefix}*`, {
      callback: (error, reply) => {
        if (!error) this.take(reply);
      },
    });
    this.isListening = true;
    void this.nats.closed().then(() => {
      for (const token of this.waiting.keys()) this.fail(token, ErrorCode.ConnectionClosed);
    });
  }

  private take(reply: Msg): void {
    const token = reply.subject.slice(this.prefix.length);
    if (reply.headers?.code === noResponders && reply.data.length === 0) {
      this.fail(token, ErrorCode.NoResponders);
    } else this.settle(token)?.resolve(reply);
  }

  private fail(token: string, code: ErrorCode): void {
    this.settle(token)?.reject(NatsError.errorForCode(code));
  }

  private settle(token: string): Waiting | undefined {
    const waiting = this.waiting.get(token);
    this.waiting.delete(token);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
