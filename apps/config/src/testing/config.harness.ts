import { AppError, newId } from '@parley/kernel';
import { AskClient, closeNats, connectNats } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { createTestDatabase, testNats } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { startConfig } from '../config';
import { configDatabase } from '../database';
import { configSettings } from '../settings';

/** config on a database and a NATS of its own, with two users who know nothing of each other. */
export interface ConfigHarness {
  readonly asks: AskClient;
  readonly nats: NatsConnection;
  readonly database: DataSource;
  readonly ada: string;
  readonly ben: string;
  readonly close: () => Promise<void>;
}

export async function startConfigHarness(environment: Record<string, string> = {}): Promise<ConfigHarness> {
  const logger = createLogger({ service: 'config-spec', level: 'fatal' });
  const closers: (() => unknown)[] = [];
  const server = await testNats();
  closers.push(() => server.close());
  const testDatabase = await createTestDatabase({
    migrate: (url) => migrate(configDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
  });
  closers.push(() => testDatabase.drop());
  const nats = await connectNats({ url: server.url, name: 'spec', logger });
  closers.push(() => closeNats(nats));
  const places = { NATS_URL: server.url, DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' };
  const settings = loadSettings(configSettings, { ...places, ...environment });
  await startConfig({ settings, logger, onClose: (_, close) => void closers.push(close) });
  const database = await configDatabase(settings).initialize();
  closers.push(() => database.destroy());
  const [ada, ben] = [newId(), newId()];
  for (const id of [ada, ben]) {
    await database.query(`INSERT INTO users (id, name, created_at) VALUES ($1, 'spec', now())`, [id]);
  }
  const close = async () => {
    for (const closeOne of closers.reverse()) await closeOne();
  };
  return { asks: new AskClient(nats), nats, database, ada, ben, close };
}

/** What the answer is refused with: its code, then the fields that it names. */
export async function refusalOf(asking: Promise<unknown>): Promise<string[]> {
  try {
    await asking;
    return [];
  } catch (error) {
    const { code, issues } = AppError.from(error);
    return [code, ...(issues ?? []).map(({ path }) => path.join('.'))];
  }
}
