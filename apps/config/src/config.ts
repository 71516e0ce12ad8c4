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
import { PostgresOutboxStore, pruneCommands, Pruner, schemaName } from '@parley/persistence';
import { ConfigModule } from './config.module';
import { configDatabase } from './database';
import { ensureFirstKey } from './keys/first-key';
import { KeyChanges } from './keys/key-changes';
import { KeyUse } from './keys/key-use';
import { KeyStore } from './keys/key.store';
import { TokenBuckets } from './limits/token-buckets';
import type { ConfigSettings } from './settings';

/** For as long as this a repeat of a command gets the first one's answer. */
const keepCommandsMs = 24 * 60 * 60_000;

/** Starts config; resolves when it answers. */
export async function startConfig(context: ServiceContext<ConfigSettings>): Promise<{ port: number }> {
  const { settings, logger } = context;
  const database = await configDatabase(settings).initialize();
  context.onClose('database', () => database.destroy());
  const nats = await connectNats({ url: settings.NATS_URL, name: 'config', logger });
  context.onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);

  if (settings.BOOTSTRAP_API_KEY !== undefined) await ensureFirstKey(database, settings.BOOTSTRAP_API_KEY);

  const relay = new OutboxRelay({
    store: new PostgresOutboxStore(database),
    teller: new Teller(nats),
    clock: new SystemClock(),
    logger,
    hints: natsRelayHints(nats, schemaName(settings.SCHEMA_PREFIX, 'config')),
  });
  relay.start();
  context.onClose('outbox relay', () => relay.close());

  const clock = new SystemClock();
  const buckets = new TokenBuckets(database);
  for (const { what, prune } of [
    { what: 'commands', prune: () => pruneCommands(database.manager, keepCommandsMs) },
    { what: 'limits', prune: () => buckets.prune() },
  ]) {
    const pruner = new Pruner({ what, prune, clock, logger });
    pruner.start();
    context.onClose(`pruner of ${what}`, () => pruner.close());
  }

  const keys = new KeyStore(database);
  const keyUse = new KeyUse({ store: (usedAtMs) => keys.noteUse(usedAtMs), clock, logger });
  keyUse.start();
  context.onClose('use of keys', () => keyUse.close());

  const app = await NestFactory.createMicroservice(
    ConfigModule.with({ database, keys, keyUse, keyChanges: new KeyChanges(nats), buckets }),
    {
      strategy: new AskServer({ nats, service: 'config', logger }),
      logger: nestLogger(logger),
      abortOnError: false,
    },
  );
  await app.listen();
  context.onClose('asks', () => app.close());

  return serveHealth(context, {
    database: () => database.query('SELECT 1'),
    nats: () => nats.flush(),
  });
}
