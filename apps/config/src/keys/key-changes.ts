import { keysChangedSubject } from '@parley/contracts';
import type { NatsConnection } from 'nats';

/**
 * Tells those who remember answers about keys that something changed. Called after the commit; if the process dies
 * between the two, or the notice is lost, they find out when what they remember is too old.
 */
export class KeyChanges {
  constructor(private readonly nats: NatsConnection) {}

  tell(): void {
    if (!this.nats.isClosed() && !this.nats.isDraining()) this.nats.publish(keysChangedSubject);
  }
}
