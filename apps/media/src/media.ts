import { mediaDetach, mediaSubject } from '@parley/contracts';
import { newId, SystemClock } from '@parley/kernel';
import { AskClient, AskServer, closeNats, connectNats, ensureStreams, Teller } from '@parley/messaging';
import { HealthChecks } from '@parley/observability';
import type { ServiceContext } from '@parley/observability';
import { MediaTokens, SecretBox } from '@parley/secrets';
import { MediaServer } from './carrier/media-server';
import { Pacer } from './carrier/pacer';
import { HoldCall } from './conversation/hold-call.use-case';
import { NatsCallControl } from './conversation/nats-call-control';
import { createProviders } from './providers';
import type { Providers } from './providers';
import type { MediaSettings } from './settings';
import { TraceFolder } from './traces/trace-folder';

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
  const clock = new SystemClock();
  const instance = settings.INSTANCE_ID ?? newId();
  const nats = await connectNats({ url: settings.NATS_URL, name: `media ${instance}`, logger });
  onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);

  const providers = replacements.providers ?? createProviders(settings, logger);
  onClose('providers', () => providers.close());
  providers.model.warm();
  providers.synthesizer.warm();
  const pacer = new Pacer(clock);
  onClose('pacer', () => pacer.close());
  const traces = settings.TRACE_DIR === undefined ? null : new TraceFolder(settings.TRACE_DIR, logger);
  await traces?.start();
  const calls = new HoldCall({
    ...providers,
    callControl: new NatsCallControl(new AskClient(nats), instance),
    teller: new Teller(nats),
    secrets: SecretBox.fromKeys(settings.SECRETS_KEYS),
    pacer,
    traces,
    clock,
    logger,
    maxCallMs: settings.MAX_CALL_MINUTES * 60_000,
  });

  const commands = new AskServer({ nats, service: 'media', logger });
  commands.answer(
    mediaDetach,
    ({ call_id: callId, stint, reason }) => ({ held: calls.detach(callId, stint, reason) }),
    { subject: mediaSubject(instance, 'detach') },
  );
  await commands.start();
  onClose('commands', () => commands.close());

  const checks = new HealthChecks();
  checks.add('nats', () => nats.flush());
  const server = new MediaServer({
    host: settings.HOST,
    port: settings.PORT,
    publicMediaUrl: settings.PUBLIC_MEDIA_URL,
    twilioAuthToken: settings.TWILIO_AUTH_TOKEN,
    tokens: new MediaTokens(settings.MEDIA_TOKEN_KEY),
    maxSockets: settings.MAX_CALLS,
    checks,
    clock,
    logger,
    onSocket: (socket, grant) => calls.execute(socket, grant),
  });
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
