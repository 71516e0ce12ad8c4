import { NestFactory } from '@nestjs/core';
import { CarrierPort, defaultCallTimings } from '@parley/calls';
import { SystemClock } from '@parley/kernel';
import {
  AskClient,
  AskServer,
  closeNats,
  connectNats,
  consume,
  ensureStreams,
  natsRelayHints,
  OutboxRelay,
  Teller,
} from '@parley/messaging';
import { nestLogger, serveHealth, ServiceContext } from '@parley/observability';
import { PartitionKeeper, PostgresOutboxStore, schemaName } from '@parley/persistence';
import { MediaTokens, SecretBox } from '@parley/secrets';
import { TwilioCarrier } from '@parley/telephony';
import { CallRules } from './calls/locked-call';
import { CallControlModule, callControlUseCases } from './call-control.module';
import { CarrierAccounts, CarrierCredentials } from './carrier-accounts/carrier-accounts';
import { CarrierAddresses } from './carrier/carrier-addresses';
import { callsDatabase, partitionedTables } from './database';
import type { CallControlSettings } from './settings';

export const defaultCallRules: CallRules = { ...defaultCallTimings, gapMs: 10_000 };

/** What a spec puts in the place of the real thing. */
export interface CallControlReplacements {
  readonly carrier?: CarrierPort;
  /** The carrier's side of users' own accounts. */
  readonly connect?: (credentials: CarrierCredentials) => CarrierPort;
  readonly rules?: CallRules;
  readonly settleEveryMs?: number;
  readonly numberSettling?: { readonly everyMs: number; readonly forsakenMs: number };
}

/** Starts call-control; resolves when it answers. */
export async function startCallControl(
  context: ServiceContext<CallControlSettings>,
  replacements: CallControlReplacements = {},
): Promise<{ port: number }> {
  const { settings, logger } = context;
  const clock = new SystemClock();
  const database = await callsDatabase(settings).initialize();
  context.onClose('database', () => database.destroy());
  const partitions = new PartitionKeeper(database, partitionedTables, logger);
  await partitions.start();
  context.onClose('partitions', () => partitions.close());
  const nats = await connectNats({ url: settings.NATS_URL, name: 'call-control', logger });
  context.onClose('nats', () => closeNats(nats));
  await ensureStreams(nats);

  const relay = new OutboxRelay({
    store: new PostgresOutboxStore(database),
    teller: new Teller(nats),
    clock,
    logger,
    hints: natsRelayHints(nats, schemaName(settings.SCHEMA_PREFIX, 'calls')),
  });
  relay.start();
  context.onClose('outbox relay', () => relay.close());

  const asks = new AskClient(nats);
  const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
  const useCases = callControlUseCases({
    database,
    clock,
    logger,
    rules: replacements.rules ?? defaultCallRules,
    accounts: new CarrierAccounts({
      deployment: replacements.carrier ?? twilio(settings),
      asks,
      secrets,
      connect: replacements.connect ?? ((credentials) => twilioOfUser(settings, credentials)),
    }),
    asks,
    secrets,
    tokens: new MediaTokens(settings.MEDIA_TOKEN_KEY),
    addresses: new CarrierAddresses(settings.PUBLIC_URL, settings.PUBLIC_MEDIA_URL),
    countries: settings.DIAL_COUNTRIES,
    onEvents: () => relay.wake(),
    broadcast: { publish: (subject, payload) => nats.publish(subject, payload) },
    ...(replacements.settleEveryMs !== undefined && { everyMs: replacements.settleEveryMs }),
    ...(replacements.numberSettling && { numberSettling: replacements.numberSettling }),
  });
  context.onClose('carrier', () => useCases.actions.close());
  useCases.settler.start();
  context.onClose('settler', () => useCases.settler.close());
  useCases.numberSettler.start();
  context.onClose('number settler', () => useCases.numberSettler.close());
  const facts = consume({
    nats,
    logger,
    stream: 'CALL_FACTS',
    durable: `call-control${settings.SCHEMA_PREFIX && `-${settings.SCHEMA_PREFIX}`}`,
    // What a dead process had in hand must come again well before its absence is logged as a gap (`gapMs`).
    ackWaitMs: 5_000,
    // Twice a second while the database is away: an hour of it must not make a fact a dead letter.
    maxDeliveries: 10_000,
    handler: (messages) => useCases.takeFacts.execute(messages),
  });
  context.onClose('facts', () => facts.close());

  const app = await NestFactory.createMicroservice(CallControlModule.with(database, useCases), {
    strategy: new AskServer({ nats, service: 'call-control', logger }),
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

function twilio(settings: CallControlSettings): CarrierPort {
  return new TwilioCarrier({
    accountSid: settings.TWILIO_ACCOUNT_SID,
    authToken: settings.TWILIO_AUTH_TOKEN,
    baseUrl: settings.TWILIO_BASE_URL,
  });
}

function twilioOfUser(settings: CallControlSettings, credentials: CarrierCredentials): CarrierPort {
  return new TwilioCarrier({ ...credentials, owner: 'user', baseUrl: settings.TWILIO_BASE_URL });
}
