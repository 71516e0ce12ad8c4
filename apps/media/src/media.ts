import { NestFactory } from '@nestjs/core';
import { newId } from '@parley/kernel';
import { AskServer, closeNats, connectNats, ensureStreams } from '@parley/messaging';
import { HealthChecks, nestLogger } from '@parley/observability';
import type { ServiceContext } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import { MediaServer } from './carrier/media-server';
import { Pacer } from './carrier/pacer';
import { GreetingAhead } from './conversation/greeting-ahead';
import { HoldCall } from './conversation/hold-call.use-case';
import { TraceFolder } from './traces/trace-folder';
import { MediaModule } from './media.module';
import { createProviders } from './providers/create-providers';
import type { Providers } from './providers/providers';
import type { MediaSettings } from './settings';

/** What a spec puts in the place of the real thing. */
export interface MediaReplacements {
  readonly providers?: Providers;
}

/** Starts media; resolves when it takes sockets. */
export async function startMedia(
  context: ServiceContext<MediaSettings>,
  replacements: MediaReplacements = {},
): Promise<{ port: number }> {
  const { settings, logger } = context;
  const onClose = (name: string, close: () => unknown): void => context.onClose(name, close);
  const instance = settings.INSTANCE_ID ?? newId();
  const nats = await connectNats({ url: settings.NATS_URL, name: `media ${instance}`, logger });
  onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);

  const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
  const providers = replacements.providers ?? createProviders(settings, secrets, logger);
  onClose('providers', () => providers.close());
  providers.warm();
  const traceChoice = { calls: settings.TRACE_CALLS, words: settings.TRACE_WORDS };
  const traces =
    settings.TRACE_DIR === undefined ? null : new TraceFolder(settings.TRACE_DIR, traceChoice, logger);
  await traces?.start();
  const checks = new HealthChecks();
  checks.add('nats', () => nats.flush());

  const app = await NestFactory.createApplicationContext(
    MediaModule.with({ settings, logger, nats, checks, providers, traces, instance }),
    { logger: nestLogger(logger), abortOnError: false },
  );
  onClose('app', () => app.close());
  const [pacer, calls, commands, server] = [
    app.get(Pacer),
    app.get(HoldCall),
    app.get(AskServer),
    app.get(MediaServer),
  ];
  const greetings = new GreetingAhead({ nats, providers, secrets, logger });
  greetings.start();
  onClose('greetings', () => greetings.close());
  onClose('pacer', () => pacer.close());
  await commands.start();
  onClose('commands', () => commands.close());
  await server.start();
  onClose('server', () => server.close());
  // Closed first: nothing else goes before the last call has.
  onClose('calls', async () => {
    checks.drain();
    server.stopAccepting();
    await calls.drain(settings.DRAIN_SECONDS * 1_000);
  });
  logger.info({ instance }, 'media instance');
  return { port: server.port };
}
