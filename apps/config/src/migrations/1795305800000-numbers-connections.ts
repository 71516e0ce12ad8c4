import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NumbersConnections1795305800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE account_connections (
        user_id uuid NOT NULL REFERENCES users (id),
        id uuid NOT NULL,
        type text NOT NULL,
        params jsonb NOT NULL,
        steering_pool text[] NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, id)
      )`,
      `ALTER TABLE numbers
        ADD telephony_account_connection_id uuid,
        ADD origin text NOT NULL DEFAULT 'bought',
        ADD FOREIGN KEY (user_id, telephony_account_connection_id) REFERENCES account_connections (user_id, id)`,
      'ALTER TABLE numbers ALTER origin DROP DEFAULT',
      // A number that was had and given up more than once has several rows.
      'CREATE INDEX numbers_number ON numbers (user_id, number)',
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX numbers_number');
    await runner.query('ALTER TABLE numbers DROP origin, DROP telephony_account_connection_id');
    await runner.query('DROP TABLE account_connections');
  }
}
