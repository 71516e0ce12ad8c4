import { NestFactory } from '@nestjs/core';
import { webhookChangedSubject } from '@parley/contracts';
import { AskClient, closeNats, connectNats, consume, ensureStreams } from '@parley/messaging';
import { nestLogger, serveHealth } from '@parley/observability';
import type { ServiceContext } from '@parley/observability';
import { GuardedHttpClient } from '@parley/outbound-http';
import { PartitionKeeper } from '@parley/persistence';
import { partitionedTables, webhooksDatabase } from './database';
import { AcceptEvents } from './deliveries/accept-events.use-case';
import { DeliveryWorker } from './deliveries/delivery-worker';
import { FollowEndpoints } from './endpoints/follow-endpoints.use-case';
import type { WebhooksSettings } from './settings';
import { defaultTuning, WebhooksModule } from './webhooks.module';
import type { Tuning } from './webhooks.module';

/** Starts webhooks; resolves when it takes events and delivers. */
export async function startWebhooks(
  context: ServiceContext<WebhooksSettings>,
  tuning: Tuning = defaultTuning,
): Promise<{ port: number }> {
  const { settings, logger } = context;
  const database = await webhooksDatabase(settings).initialize();
  context.onClose('database', () => database.destroy());
  const partitions = new PartitionKeeper(database, partitionedTables, logger);
  await partitions.start();
  context.onClose('partitions', () => partitions.close());
  const nats = await connectNats({ url: settings.NATS_URL, name: 'webhooks', logger });
  context.onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);
  const http = new GuardedHttpClient({ allowedHosts: settings.WEBHOOK_ALLOWED_HOSTS });
  context.onClose('http', () => http.close());

  const module = WebhooksModule.with({
    database,
    asks: new AskClient(nats),
    http,
    logger,
    retryScale: settings.WEBHOOK_RETRY_SCALE,
    tuning,
  });
  const app = await NestFactory.createApplicationContext(module, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  context.onClose('app', () => app.close());

  const worker = app.get(DeliveryWorker);
  worker.start();
  context.onClose('deliveries', () => worker.close());
  const changes = consume({
    nats,
    logger,
    stream: 'CONFIG_CHANGES',
    durable: `${settings.SCHEMA_PREFIX}webhooks-endpoints`,
    filterSubject: webhookChangedSubject,
    handler: (messages) => app.get(FollowEndpoints).handle(messages),
  });
  context.onClose('config changes', () => changes.close());
  const events = consume({
    nats,
    logger,
    stream: 'CALL_EVENTS',
    durable: `${settings.SCHEMA_PREFIX}webhooks-events`,
    // What a dead process had in hand must come again before later events of its calls stop waiting for it.
    ackWaitMs: 5_000,
    // Each second while config or the database is away: hours of it must not make an event a dead letter.
    maxDeliveries: 10_000,
    handler: (messages) => app.get(AcceptEvents).handle(messages),
  });
  context.onClose('call events', () => events.close());

  return serveHealth(context, {
    database: () => database.query('SELECT 1'),
    nats: () => nats.flush(),
  });
}
