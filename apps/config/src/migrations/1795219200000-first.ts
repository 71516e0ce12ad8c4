import { commandsTable, outboxTable } from '@parley/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const documents = ['actions', 'voices', 'webhooks', 'prompts'];

export class First1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE users (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        created_at timestamptz NOT NULL
      )`,
      `CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id),
        name text NOT NULL,
        hash text NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      )`,
      ...documents.map(
        (table) => `CREATE TABLE ${table} (
          user_id uuid NOT NULL REFERENCES users (id),
          id uuid NOT NULL,
          params jsonb NOT NULL,
          version integer NOT NULL,
          created_at timestamptz NOT NULL,
          updated_at timestamptz NOT NULL,
          PRIMARY KEY (user_id, id)
        )`,
      ),
      `CREATE TABLE agents (
        user_id uuid NOT NULL REFERENCES users (id),
        id uuid NOT NULL,
        prompt_id uuid NOT NULL,
        voice_id uuid NOT NULL,
        webhook_id uuid,
        action_ids uuid[] NOT NULL,
        settings jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, id),
        FOREIGN KEY (user_id, prompt_id) REFERENCES prompts (user_id, id),
        FOREIGN KEY (user_id, voice_id) REFERENCES voices (user_id, id),
        FOREIGN KEY (user_id, webhook_id) REFERENCES webhooks (user_id, id)
      )`,
      `CREATE TABLE numbers (
        user_id uuid NOT NULL REFERENCES users (id),
        id uuid NOT NULL,
        number text NOT NULL,
        active boolean NOT NULL,
        label text NOT NULL,
        inbound_agent_id uuid,
        outbound_only boolean NOT NULL,
        example_context jsonb,
        telephony_provider text NOT NULL,
        carrier_number_id text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, id),
        FOREIGN KEY (user_id, inbound_agent_id) REFERENCES agents (user_id, id)
      )`,
      'CREATE UNIQUE INDEX numbers_active ON numbers (user_id, number) WHERE active',
      `CREATE TABLE active_numbers (
        number text PRIMARY KEY,
        user_id uuid NOT NULL,
        number_id uuid NOT NULL
      )`,
      ...commandsTable.up,
      ...outboxTable.up,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['active_numbers', 'numbers', 'agents', ...documents, 'api_keys', 'users'];
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
    for (const statement of [...commandsTable.down, ...outboxTable.down]) await runner.query(statement);
  }
}
