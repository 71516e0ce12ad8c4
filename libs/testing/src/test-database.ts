import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { eventually } from './eventually';

/** A database of one spec file, on the server that TEST_DATABASE_URL names. */
export interface TestDatabase {
  readonly url: string;
  /** A copy of this database as it is now. Nothing may be connected to this one meanwhile. */
  clone(): Promise<TestDatabase>;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Fills the fresh database; runs once, however often it is cloned. */
  readonly migrate?: (url: string) => Promise<unknown>;
}

/**
 * Makes a fresh database. In a spec file: once in `beforeAll` with `migrate`; where tests must not see each other's
 * rows, `clone()` it in `beforeEach` and drop the copy in `afterEach`.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const database = await create('template0');
  try {
    await options.migrate?.(database.url);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

async function create(template: string): Promise<TestDatabase> {
  const name = `parley_test_${randomBytes(8).toString('hex')}`;
  // A pool that was just closed may still have a backend that is on its way out.
  await eventually(() => onServer(`CREATE DATABASE "${name}" TEMPLATE "${template}"`));
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    clone: () => create(name),
    drop: () => onServer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url) return url;
  throw new Error('TEST_DATABASE_URL is not set; run integration specs with jest.integration.cjs.');
}
