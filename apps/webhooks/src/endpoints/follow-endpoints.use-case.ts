import { webhookChanged } from '@parley/contracts';
import type { Outcome, Told } from '@parley/messaging';
import type { EndpointStore } from './endpoint.store';

/** Follows config's changes of webhooks. */
export class FollowEndpoints {
  constructor(private readonly endpoints: EndpointStore) {}

  async handle(messages: readonly Told[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const message of messages) {
      const change = webhookChanged.safeParse(message.data);
      if (change.success) await this.endpoints.save(change.data.webhook, change.data.version);
      outcomes.push(change.success ? 'ack' : 'term');
    }
    return outcomes;
  }
}
