import { NestFactory } from '@nestjs/core';
import { SystemClock } from '@parley/kernel';
import {
  AskServer,
  closeNats,
  connectNats,
  ensureStreams,
  natsRelayHints,
  OutboxRelay,
  Teller,
} from '@parley/messaging';
import { nestLogger, serveHealth, ServiceContext } from '@parley/observability';
import { PostgresOutboxStore, pruneCommands } from '@parley/persistence';
import { CommandPruner } from './command-pruner';
import { ConfigModule } from './config.module';
import { configDatabase } from './database';
import { KeyStore } from './keys/key.store';
import type { ConfigSettings } from './settings';

/** Starts config; resolves when it answers. */
export async function startConfig(context: ServiceContext<ConfigSettings>): Promise<{ port: number }> {
  const { settings, logger } = context;
  const database = await configDatabase(settings).initialize();
  context.onClose('database', () => database.destroy());
  const nats = await connectNats({ url: settings.NATS_URL, name: 'config', logger });
  context.onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);

  const keys = new KeyStore(database);
  if (settings.BOOTSTRAP_API_KEY !== undefined) await keys.ensureFirstKey(settings.BOOTSTRAP_API_KEY);

  const relay = new OutboxRelay({
    store: new PostgresOutboxStore(database),
    teller: new Teller(nats),
    clock: new SystemClock(),
    logger,
    hints: natsRelayHints(nats, `config.${settings.SCHEMA_PREFIX}`),
  });
  relay.start();
  context.onClose('outbox relay', () => relay.close());

  const pruner = new CommandPruner({
    prune: (olderThanMs) => pruneCommands(database.manager, olderThanMs),
    clock: new SystemClock(),
    logger,
  });
  pruner.start();
  context.onClose('command pruner', () => pruner.close());

  const app = await NestFactory.createMicroservice(ConfigModule.with({ database, keys }), {
    strategy: new AskServer({ nats, service: 'config', logger }),
    logger: nestLogger(logger),
    abortOnError: false,
  });
  await app.listen();
  context.onClose('asks', () => app.close());

  return serveHealth(context, {
    database: () => database.query('SELECT 1'),
    nats: () => nats.flush(),
  });
}
