import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each order is read in both directions: a call without the time comes before all that have it. */
const orders = {
  calls_by_start: 'started_at DESC NULLS LAST',
  calls_by_end: 'ended_at DESC NULLS LAST',
  calls_by_status: 'status DESC',
  calls_by_to_number: 'to_number DESC',
  calls_by_from_number: 'from_number DESC',
};

const partitioned = ['calls', 'facts', 'call_log', 'events'];

const time = (path: string) => `to_timestamp((${path})::double precision / 1000)`;

export class CallsLists1795305900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      // What was stored before is brought along, however much it is.
      'SET LOCAL statement_timeout = 0',
      `ALTER TABLE calls ADD COLUMN agent_id uuid, ADD COLUMN connection_id uuid,
         ADD COLUMN started_at timestamptz, ADD COLUMN ended_at timestamptz`,
      `UPDATE calls SET agent_id = (agent->>'id')::uuid, started_at = ${time(`life->>'connectedAtMs'`)},
         ended_at = CASE WHEN life->>'endedAtMs' IS NOT NULL
           THEN ${time(`coalesce(life->>'carrierEndedAtMs', life->>'endedAtMs')`)} END`,
      'ALTER TABLE calls ALTER COLUMN agent_id SET NOT NULL',
      ...Object.entries(orders).map(
        ([name, order]) => `CREATE INDEX ${name} ON calls (user_id, ${order}, id DESC)`,
      ),
      // For an id whose month has no partition: nothing may be lost to that.
      ...partitioned.map((table) => `CREATE TABLE ${table}_other PARTITION OF ${table} DEFAULT`),
      `CREATE TABLE usage_months (
        user_id uuid NOT NULL,
        month date NOT NULL,
        connected_ms bigint NOT NULL,
        calls integer NOT NULL,
        PRIMARY KEY (user_id, month)
      )`,
      `INSERT INTO usage_months
       SELECT user_id, date_trunc('month', ended_at AT TIME ZONE 'UTC'),
         sum(greatest(0, extract(epoch FROM ended_at - started_at) * 1000)), count(*)
       FROM calls WHERE started_at IS NOT NULL AND ended_at IS NOT NULL GROUP BY 1, 2`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE usage_months');
    for (const table of partitioned) await runner.query(`DROP TABLE ${table}_other`);
    for (const name of Object.keys(orders)) await runner.query(`DROP INDEX ${name}`);
    await runner.query(
      'ALTER TABLE calls DROP COLUMN agent_id, DROP COLUMN connection_id, DROP COLUMN started_at, DROP COLUMN ended_at',
    );
  }
}
