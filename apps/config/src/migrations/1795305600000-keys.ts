import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Keys1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      // Users and keys from before there were plans and scopes go on as they were: without limits, and with all rights.
      `ALTER TABLE users
        ADD COLUMN plan_type text NOT NULL DEFAULT 'plan_unlimited',
        ADD COLUMN monthly_usage_limit_minutes integer`,
      `ALTER TABLE api_keys
        ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,write,admin}',
        ADD COLUMN profile text NOT NULL DEFAULT 'latest',
        ADD COLUMN requests_per_minute integer,
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN last_used_at timestamptz`,
      'ALTER TABLE api_keys ALTER COLUMN scopes DROP DEFAULT, ALTER COLUMN profile DROP DEFAULT',
      'CREATE INDEX api_keys_user ON api_keys (user_id, id)',
      // Unlogged: after a crash of Postgres all buckets are full again, which lets one burst more through.
      `CREATE UNLOGGED TABLE limit_buckets (
        bucket text PRIMARY KEY,
        tokens double precision NOT NULL,
        granted integer NOT NULL,
        updated_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const statements = [
      'DROP TABLE limit_buckets',
      'DROP INDEX api_keys_user',
      `ALTER TABLE api_keys DROP COLUMN scopes, DROP COLUMN profile, DROP COLUMN requests_per_minute,
        DROP COLUMN expires_at, DROP COLUMN last_used_at`,
      'ALTER TABLE users DROP COLUMN plan_type, DROP COLUMN monthly_usage_limit_minutes',
    ];
    for (const statement of statements) await runner.query(statement);
  }
}
