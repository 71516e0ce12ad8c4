import type { MigrationInterface, QueryRunner } from 'typeorm';

const documents = ['vector_databases', 'prompt_templates'];

/** What lists may be sorted by, beside ids and times: a field of each document. */
const sortColumns = [
  ['actions', 'type', "params ->> 'type'"],
  ['voices', 'type', "params ->> 'type'"],
  ['webhooks', 'url', "params ->> 'url'"],
  ['vector_databases', 'type', "params ->> 'type'"],
  ['prompt_templates', 'label', "params ->> 'label'"],
  ['agents', 'name', "settings ->> 'name'"],
] as const;

export class Resources1795305900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
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
      ...sortColumns.map(
        ([table, column, field]) =>
          `ALTER TABLE ${table} ADD ${column} text GENERATED ALWAYS AS (${field}) STORED`,
      ),
      `ALTER TABLE agents
        ADD vector_database_id uuid,
        ADD openai_account_connection_id uuid,
        ADD FOREIGN KEY (user_id, vector_database_id) REFERENCES vector_databases (user_id, id),
        ADD FOREIGN KEY (user_id, openai_account_connection_id) REFERENCES account_connections (user_id, id)`,
      // There was no template to refer to, and no check of what a client sent.
      `UPDATE prompts SET params = params || '{"prompt_template": null}' WHERE params ->> 'prompt_template' IS NOT NULL`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agents DROP vector_database_id, DROP openai_account_connection_id');
    for (const [table, column] of sortColumns) await runner.query(`ALTER TABLE ${table} DROP ${column}`);
    for (const table of documents) await runner.query(`DROP TABLE ${table}`);
  }
}
