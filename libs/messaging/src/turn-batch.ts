/**
 * Sends at the end of this turn of the event loop, with everything else that the turn had to send. nats.js writes what
 * was published in one microtask with one system call; without this, each ask and each reply is one of its own, here and
 * in the server.
 */
export class TurnBatch {
  private waiting: (() => void)[] = [];

  /** Calls `send` when the turn ends, in the order of the calls of `add`; gives what it returns, or throws what it throws. */
  add<T>(send: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      // Async, so that a `send` that throws becomes a promise that rejects.
      const settle = (): void => resolve((async () => await send())());
      if (this.waiting.push(settle) === 1) setImmediate(() => this.sendAll());
    });
  }

  private sendAll(): void {
    const sends = this.waiting;
    this.waiting = [];
    for (const send of sends) send();
  }
}
