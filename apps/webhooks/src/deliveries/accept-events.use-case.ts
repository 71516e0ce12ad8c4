import { callEvent, getWebhookVersion } from '@parley/contracts';
import type { CallEvent } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient, Outcome, Told } from '@parley/messaging';
import type { EndpointStore } from '../endpoints/endpoint.store';
import type { AcceptedEvent, DeliveryStore } from './delivery.store';

const askAgainMs = 1_000;

/** Turns events of calls into deliveries: one for each event and endpoint that wants it, however often it is told. */
export class AcceptEvents {
  constructor(
    private readonly endpoints: EndpointStore,
    private readonly deliveries: DeliveryStore,
    private readonly asks: Pick<AskClient, 'ask'>,
    private readonly onAccepted: () => void,
  ) {}

  async handle(messages: readonly Told[]): Promise<Outcome[]> {
    const accepted: AcceptedEvent[] = [];
    const outcomes: Outcome[] = [];
    for (const message of messages) {
      const parsed = callEvent.safeParse(message.data);
      outcomes.push(parsed.success ? await this.accept(parsed.data, accepted) : 'term');
    }
    await this.deliveries.add(accepted);
    if (accepted.length > 0) this.onAccepted();
    return outcomes;
  }

  /** An event that its endpoint does not want is kept too: it shows that nothing before the next one is missing. */
  private async accept(event: CallEvent, accepted: AcceptedEvent[]): Promise<Outcome> {
    if (event.webhook_id === null) return 'ack';
    try {
      const wanted = await this.subscriptions(event.user_id, event.webhook_id);
      const endpointId = wanted.includes(event.type) ? event.webhook_id : null;
      accepted.push({ event, endpointId });
      return 'ack';
    } catch (error) {
      if (AppError.from(error).retryable) return { nakMs: askAgainMs };
      throw error;
    }
  }

  /** config is asked about an endpoint whose change has not come yet; one that is gone wants nothing. */
  private async subscriptions(userId: string, id: string): Promise<readonly string[]> {
    const known = await this.endpoints.subscriptions(userId, id);
    if (known) return known;
    try {
      const { webhook, version } = await this.asks.ask(getWebhookVersion, { user_id: userId, id });
      await this.endpoints.save(webhook, version);
      return webhook.subscriptions;
    } catch (error) {
      if (AppError.from(error).kind === 'not_found') return [];
      throw error;
    }
  }
}
