import type { NatsConnection } from 'nats';

/** Says from one process to the others that an outbox has news. May be lost; nothing depends on it but latency. */
export interface RelayHints {
  send(): void;
  /** Calls `onHint` for each hint of any process; returns what stops it. */
  listen(onHint: () => void): () => void;
}

/** Hints over core NATS. `outbox` is the schema that the outbox is in. */
export function natsRelayHints(nats: NatsConnection, outbox: string): RelayHints {
  const subject = `outbox-hints.v1.${outbox}`;
  return {
    send: () => {
      if (!nats.isClosed() && !nats.isDraining()) nats.publish(subject);
    },
    listen: (onHint) => {
      const subscription = nats.subscribe(subject, { callback: () => onHint() });
      return () => subscription.unsubscribe();
    },
  };
}
