import 'reflect-metadata';
import { newId } from '@parley/kernel';
import { ensurePartitions, firstIdAt, migrate, reseal } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import { createTestDatabase } from '@parley/testing';
import type { TestDatabase } from '@parley/testing';
import type { DataSource } from 'typeorm';
import { callsDatabase } from './database';
import { columnsWithoutSecrets, sealedColumns } from './reseal-columns';

const entry = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const oldBox = SecretBox.fromKeys(entry('k1', 1));
const newBox = SecretBox.fromKeys(entry('k2', 2));
const secrets = SecretBox.fromKeys(`${entry('k2', 2)},${entry('k1', 1)}`);
const userId = newId();
const monthMs = 31 * 24 * 3_600_000;

describe('reseal of call-control', () => {
  let testDatabase: TestDatabase;
  let database: DataSource;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: (url) => migrate(callsDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
    });
    database = await callsDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' }).initialize();
    await ensurePartitions(database.manager, 'calls', 2);
  });

  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  const run = (check: boolean) =>
    reseal({ service: 'spec', database, columns: sealedColumns, secrets, check, note: () => undefined });

  const bindingOf = (id: string) => ({ userId, resource: 'voices', id, field: 'api_key' });

  function agentWith(voiceId: string): object {
    const api_key = oldBox.seal('xi', bindingOf(voiceId));
    return {
      id: newId(),
      user_id: userId,
      llm_temperature: 0.1,
      voice: { id: voiceId, user_id: userId, type: 'voice_eleven_labs', api_key },
      actions: [],
    };
  }

  async function insertCall(id: string, voiceId: string): Promise<void> {
    await database.query(
      `INSERT INTO calls (user_id, id, direction, from_number, to_number, agent, agent_id, options, provider, status, life, created_at)
       VALUES ($1, $2, 'inbound', '+1', '+2', $3::jsonb, $2, '{}', 'twilio', 'ended', '{}', now())`,
      [userId, id, JSON.stringify(agentWith(voiceId))],
    );
  }

  it('says of every column of documents whether secrets rest in it', async () => {
    const rows = await database.query<{ name: string }[]>(
      `SELECT relname || '.' || attname AS name FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
       WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND atttypid IN ('json'::regtype, 'jsonb'::regtype) AND NOT attisdropped`,
    );
    const said = [
      ...sealedColumns.map(({ table, column }) => `${table}.${column}`),
      ...columnsWithoutSecrets,
    ];
    expect(said.sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('reaches the calls of every month, and the answers that are kept', async () => {
    const now = Date.now();
    const ids = [now, now + monthMs].map(
      (atMs) => `${firstIdAt(atMs).slice(0, 13)}-7000-8000-${newId().slice(-12)}`,
    );
    const voiceIds = [newId(), newId(), newId()];
    for (const [index, id] of ids.entries()) await insertCall(id, voiceIds[index]!);
    await database.query(
      `INSERT INTO commands (user_id, command_id, name, result) VALUES ($1, 'c', 'n', $2::jsonb)`,
      [userId, JSON.stringify({ id: ids[0], user_id: userId, agent: agentWith(voiceIds[2]!) })],
    );
    const partitions = await database.query<unknown[]>('SELECT DISTINCT tableoid FROM calls');
    expect(partitions).toHaveLength(2);
    expect(await run(true)).toMatchObject({ isClean: false });
    expect((await run(false)).summary).toContain('3 secrets seen, 3 resealed, 0 still under an old key');
    const rows = await database.query<{ agent: { llm_temperature: number; voice: { api_key: string } } }[]>(
      `SELECT agent FROM calls UNION ALL SELECT result -> 'agent' FROM commands`,
    );
    const opened = rows.map(({ agent }) =>
      voiceIds
        .map((id) => newBox.openIfPossible(agent.voice.api_key, bindingOf(id)))
        .find((text) => text !== null),
    );
    expect(opened).toEqual(['xi', 'xi', 'xi']);
    expect(rows.map(({ agent }) => agent.llm_temperature)).toEqual([0.1, 0.1, 0.1]);
    expect(await run(true)).toMatchObject({ isClean: true });
  });
});
