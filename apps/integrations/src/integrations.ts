import { NestFactory } from '@nestjs/core';
import { SystemClock } from '@parley/kernel';
import { AskServer, closeNats, connectNats } from '@parley/messaging';
import { nestLogger, serveHealth } from '@parley/observability';
import type { ServiceContext } from '@parley/observability';
import { GuardedHttpClient } from '@parley/outbound-http';
import { Pruner } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import { defaultLeases, EffectLedger } from './actions/effect.ledger';
import type { EffectLeases } from './actions/effect.ledger';
import { RunActionUseCase } from './actions/run-action.use-case';
import { FetchContextUseCase } from './context/fetch-context.use-case';
import { integrationsDatabase } from './database';
import { IntegrationsModule } from './integrations.module';
import { DocumentStore } from './knowledge/document.store';
import { Embeddings } from './knowledge/embeddings';
import { LookUpUseCase } from './knowledge/look-up.use-case';
import { Pinecone } from './knowledge/pinecone';
import type { IntegrationsSettings } from './settings';

const dayMs = 24 * 3_600_000;
/** Three attempts to connect fit into an action's ten seconds. */
const connectTimeoutMs = 3_000;
/** A caller is silent for longer than most servers' connections live; a handshake would take half of a look-up's time. */
const keepAliveMs = 60_000;
const openAiUrl = 'https://api.openai.com/v1';
/** Most of them wait for servers of customers': those that hang must not keep others' calls from being answered. */
const maxInFlight = 2_000;
/** Longer than an action may last. */
const drainTimeoutMs = 12_000;

/** What a spec puts in the place of the real thing. */
export interface IntegrationsReplacements {
  readonly leases?: EffectLeases;
}

/** Starts integrations; resolves when it answers. */
export async function startIntegrations(
  context: ServiceContext<IntegrationsSettings>,
  replacements: IntegrationsReplacements = {},
): Promise<{ port: number }> {
  const { settings, logger } = context;
  const clock = new SystemClock();
  const database = await integrationsDatabase(settings).initialize();
  context.onClose('database', () => database.destroy());
  const nats = await connectNats({ url: settings.NATS_URL, name: 'integrations', logger });
  context.onClose('nats', () => closeNats(nats));
  const http = new GuardedHttpClient({ allowedHosts: settings.ACTION_ALLOWED_HOSTS, connectTimeoutMs });
  context.onClose('http', () => http.close());

  const ledger = new EffectLedger(database, replacements.leases ?? defaultLeases);
  for (const { what, prune } of [
    { what: 'effects', prune: () => ledger.prune(settings.EFFECTS_KEPT_DAYS * dayMs) },
    { what: 'forsaken effects', prune: () => ledger.settleForsaken() },
  ]) {
    const pruner = new Pruner({ what, prune, clock, logger });
    pruner.start();
    context.onClose(`pruner of ${what}`, () => pruner.close());
  }

  const pinecone = pineconeOf(context);
  const documents = new DocumentStore(database);
  const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
  const module = IntegrationsModule.with({
    runAction: new RunActionUseCase({ ledger, http, secrets, clock, logger }),
    fetchContext: new FetchContextUseCase(http),
    documents,
    lookUp: new LookUpUseCase({ documents, pinecone, secrets }),
  });
  const app = await NestFactory.createMicroservice(module, {
    strategy: new AskServer({ nats, service: 'integrations', logger, maxInFlight, drainTimeoutMs }),
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

function pineconeOf(context: ServiceContext<IntegrationsSettings>): Pinecone {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, PINECONE_BASE_URL } = context.settings;
  const allowedHosts = [OPENAI_BASE_URL, PINECONE_BASE_URL].flatMap(hostOf);
  const http = new GuardedHttpClient({ allowedHosts, keepAliveMs });
  context.onClose('knowledge http', () => http.close());
  const account = { apiKey: OPENAI_API_KEY ?? null, baseUrl: OPENAI_BASE_URL ?? openAiUrl };
  return new Pinecone({
    http,
    embeddings: new Embeddings(http, account),
    baseUrl: PINECONE_BASE_URL ?? null,
  });
}

/** Where an operator points us at may be anywhere. */
function hostOf(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { hostname, port, protocol } = new URL(url);
  return [`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`];
}
