import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row an effect outside; see `effect.ledger.ts`. */
export class First1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE effects (
        user_id uuid NOT NULL,
        call_id uuid NOT NULL,
        tool_call_id text NOT NULL,
        action_id uuid NOT NULL,
        fingerprint text NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'sent', 'done', 'failed', 'unknown')),
        lease uuid NOT NULL,
        lease_until timestamptz,
        input json,
        answer json,
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        settled_at timestamptz,
        PRIMARY KEY (user_id, call_id, tool_call_id)
      )`,
      'CREATE INDEX effects_created_at ON effects (created_at)',
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effects');
  }
}
