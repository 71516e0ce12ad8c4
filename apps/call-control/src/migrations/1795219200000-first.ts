import { commandsTable, createMonthPartitionsSql, outboxTable } from '@parley/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const partitioned = ['calls', 'facts', 'call_log', 'events'];

const tables = [
  // A carrier and a media process name a call by its id alone.
  `CREATE TABLE call_owners (
    call_id uuid PRIMARY KEY,
    user_id uuid NOT NULL
  )`,
  `CREATE TABLE calls (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    direction text NOT NULL,
    from_number text NOT NULL,
    to_number text NOT NULL,
    agent jsonb NOT NULL,
    options jsonb NOT NULL,
    provider text NOT NULL,
    status text NOT NULL,
    life jsonb NOT NULL,
    instance text,
    last_sequence integer NOT NULL DEFAULT 0,
    last_position integer NOT NULL DEFAULT 0,
    check_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
  ) PARTITION BY RANGE (id)`,
  'CREATE INDEX calls_check_at ON calls (check_at) WHERE check_at IS NOT NULL',
  `CREATE TABLE legs (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    call_id uuid NOT NULL,
    role text NOT NULL,
    number text NOT NULL,
    dial text NOT NULL,
    carrier_sid text,
    carrier_status text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, call_id, role)
  )`,
  `CREATE TABLE carrier_sids (
    provider text NOT NULL,
    sid text NOT NULL,
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    leg_id uuid NOT NULL,
    PRIMARY KEY (provider, sid)
  )`,
  `CREATE TABLE carrier_callbacks (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    call_id uuid NOT NULL,
    kind text NOT NULL,
    digest text NOT NULL,
    params jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, call_id, digest)
  )`,
  `CREATE TABLE stints (
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    number integer NOT NULL,
    instance text NOT NULL,
    stream_sid text NOT NULL,
    opened_at timestamptz NOT NULL,
    fenced_at timestamptz,
    applied_n integer NOT NULL DEFAULT 0,
    gap_since timestamptz,
    PRIMARY KEY (user_id, call_id, number)
  )`,
  `CREATE TABLE facts (
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    stint integer NOT NULL,
    n integer NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, call_id, stint, n)
  ) PARTITION BY RANGE (call_id)`,
  `CREATE TABLE call_log (
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    data jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, call_id, position)
  ) PARTITION BY RANGE (call_id)`,
  `CREATE TABLE events (
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    sequence integer NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, call_id, sequence)
  ) PARTITION BY RANGE (call_id)`,
  `CREATE TABLE media_nonces (
    nonce text PRIMARY KEY,
    user_id uuid NOT NULL,
    call_id uuid NOT NULL,
    leg_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  )`,
  'CREATE INDEX media_nonces_expires_at ON media_nonces (expires_at)',
  `CREATE TABLE number_purchases (
    user_id uuid NOT NULL,
    command_id text NOT NULL,
    number_id uuid NOT NULL,
    area_code text,
    number text,
    carrier_number_id text,
    attempts integer NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, command_id)
  )`,
];

const names = [
  'number_purchases',
  'media_nonces',
  'events',
  'call_log',
  'facts',
  'stints',
  'carrier_callbacks',
  'carrier_sids',
  'legs',
  'calls',
  'call_owners',
];

export class First1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const partitions = partitioned.flatMap((table) => createMonthPartitionsSql(table, Date.now(), 3));
    for (const statement of [...tables, ...partitions, ...commandsTable.up, ...outboxTable.up]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of names) await runner.query(`DROP TABLE ${name}`);
    for (const statement of [...commandsTable.down, ...outboxTable.down]) await runner.query(statement);
  }
}
