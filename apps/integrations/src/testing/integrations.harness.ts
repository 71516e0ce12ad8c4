import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { runAction } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient, closeNats, connectNats } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import { createTestDatabase, testNats } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { integrationsDatabase } from '../database';
import { startIntegrations } from '../integrations';
import type { IntegrationsReplacements } from '../integrations';
import { integrationsSettings } from '../settings';

/** Where an integrations runs in a spec, and what stands ready for it. */
export interface IntegrationsPlaces {
  readonly asks: AskClient;
  readonly database: DataSource;
  readonly secrets: SecretBox;
  /** The settings of a process of its own. */
  readonly environment: Record<string, string>;
  readonly closers: (() => unknown)[];
  readonly close: () => Promise<void>;
}

/** A database and a NATS, without the service. */
export async function integrationsPlaces(
  environment: Record<string, string> = {},
): Promise<IntegrationsPlaces> {
  const logger = createLogger({ service: 'integrations-spec', level: 'fatal' });
  const closers: (() => unknown)[] = [];
  const server = await testNats();
  closers.push(() => server.close());
  const testDatabase = await createTestDatabase({
    migrate: (url) => migrate(integrationsDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
  });
  closers.push(() => testDatabase.drop());
  const nats = await connectNats({ url: server.url, name: 'spec', logger });
  closers.push(() => closeNats(nats));
  const keys = `k1:${randomBytes(32).toString('base64')}`;
  const all = {
    NATS_URL: server.url,
    DATABASE_URL: testDatabase.url,
    SCHEMA_PREFIX: 'p_',
    SECRETS_KEYS: keys,
    ...environment,
  };
  const database = await integrationsDatabase(all).initialize();
  closers.push(() => database.destroy());
  const close = async () => {
    for (const closeOne of closers.reverse()) await closeOne();
  };
  const secrets = SecretBox.fromKeys(keys);
  return { asks: new AskClient(nats), database, secrets, environment: all, closers, close };
}

/** The same with the service in this process. */
export async function startIntegrationsHarness(
  environment: Record<string, string> = {},
  replacements: IntegrationsReplacements = {},
): Promise<IntegrationsPlaces> {
  const places = await integrationsPlaces(environment);
  await startIntegrations(
    {
      settings: loadSettings(integrationsSettings, places.environment),
      logger: createLogger({ service: 'integrations-spec', level: 'fatal' }),
      onClose: (_, close) => void places.closers.push(close),
    },
    replacements,
  );
  return places;
}

export const signatureSecret = 'MX/9/+iblnUoAAM2Jft8sgeY1bevJvuih2nr7XKPHIY=';

type RunActionRequest = z.input<typeof runAction.request>;

/** What media asks of a booking action at `url`; `changes` says what a spec is about. */
export function bookingAsk(
  secrets: SecretBox,
  url: string,
  changes: Partial<Omit<RunActionRequest, 'action'>> & { action?: Partial<RunActionRequest['action']> } = {},
): RunActionRequest {
  const userId = newId();
  const id = newId();
  const binding = { userId, resource: 'actions', id, field: 'signature_secret' };
  return {
    user_id: userId,
    call_id: newId(),
    tool_call_id: 'call_1',
    input: { length: '30m', note: 'é 😀' },
    hipaa: false,
    ...changes,
    action: {
      id,
      name: 'book',
      url,
      input_schema: { type: 'object', properties: { length: { enum: ['30m', '1hr'] } } },
      signature_secret: secrets.seal(signatureSecret, binding),
      speak_on_receive: true,
      ...changes.action,
    },
  };
}
