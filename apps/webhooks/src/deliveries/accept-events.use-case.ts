import { callEvent, getWebhookVersion } from '@parley/contracts';
import type { CallEvent } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient, Logger, Outcome, Told } from '@parley/messaging';
import type { EndpointStore } from '../endpoints/endpoint.store';
import type { AcceptedEvent, DeliveryStore } from './delivery.store';

const again: Outcome = { nakMs: 1_000 };

export interface AcceptEventsOptions {
  readonly endpoints: Pick<EndpointStore, 'subscriptions' | 'save'>;
  readonly deliveries: Pick<DeliveryStore, 'add'>;
  readonly asks: Pick<AskClient, 'ask'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onAccepted: () => void;
}

/** Turns events of calls into deliveries: one for each event and endpoint that wants it, however often it is told. */
export class AcceptEvents {
  constructor(private readonly options: AcceptEventsOptions) {}

  async handle(messages: readonly Told[]): Promise<Outcome[]> {
    const accepted: AcceptedEvent[] = [];
    const outcomes: Outcome[] = [];
    for (const message of messages) {
      const parsed = callEvent.safeParse(message.data);
      outcomes.push(parsed.success ? await this.accept(parsed.data, accepted) : 'term');
    }
    try {
      await this.options.deliveries.add(accepted);
    } catch (error) {
      // One that cannot be stored must not hold up those that came with it.
      if (messages.length === 1) throw error;
      return this.handleOneByOne(messages);
    }
    if (accepted.length > 0) this.options.onAccepted();
    return outcomes;
  }

  private async handleOneByOne(messages: readonly Told[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const message of messages) {
      outcomes.push(await this.handleAlone(message));
    }
    return outcomes;
  }

  private async handleAlone(message: Told): Promise<Outcome> {
    try {
      const [outcome] = await this.handle([message]);
      return outcome ?? again;
    } catch (error) {
      this.options.logger.warn({ err: error, id: message.id }, 'event could not be stored; it comes again');
      return again;
    }
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
      if (AppError.from(error).retryable) return again;
      throw error;
    }
  }

  /** config is asked about an endpoint whose change has not come yet; one that is gone wants nothing. */
  private async subscriptions(userId: string, id: string): Promise<readonly string[]> {
    const known = await this.options.endpoints.subscriptions(userId, id);
    if (known) return known;
    try {
      const { webhook, version } = await this.options.asks.ask(getWebhookVersion, { user_id: userId, id });
      await this.options.endpoints.save(webhook, version);
      return webhook.subscriptions;
    } catch (error) {
      if (AppError.from(error).kind === 'not_found') return [];
      throw error;
    }
  }
}
