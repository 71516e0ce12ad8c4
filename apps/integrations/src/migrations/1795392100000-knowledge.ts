import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents, the passages that they are cut into, and in which passages each word is; see `document.store.ts`. */
export class Knowledge1795392100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE documents (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        agent_id uuid,
        language text NOT NULL,
        content text NOT NULL,
        chars integer NOT NULL,
        passages integer NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, id)
      )`,
      `CREATE TABLE passages (
        user_id uuid NOT NULL,
        document_id uuid NOT NULL,
        position integer NOT NULL,
        text text NOT NULL,
        PRIMARY KEY (user_id, document_id, position),
        FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) ON DELETE CASCADE
      )`,
      // agent_id: zeros for all agents of the user.
      `CREATE TABLE passage_words (
        user_id uuid NOT NULL,
        agent_id uuid NOT NULL,
        word text NOT NULL,
        document_id uuid NOT NULL,
        position integer NOT NULL,
        times integer NOT NULL,
        PRIMARY KEY (user_id, agent_id, word, document_id, position) INCLUDE (times),
        FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) ON DELETE CASCADE
      )`,
      'CREATE INDEX passage_words_document ON passage_words (user_id, document_id)',
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['passage_words', 'passages', 'documents']) await runner.query(`DROP TABLE ${table}`);
  }
}
