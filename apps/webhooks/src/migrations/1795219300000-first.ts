import { createMonthPartitionsSql } from '@parley/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const partitioned = ['events', 'deliveries', 'attempts'];
const monthMs = 31 * 24 * 3_600_000;

export class First1795219300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE endpoints (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        url text NOT NULL,
        method text NOT NULL,
        subscriptions text[] NOT NULL,
        version integer NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, id)
      )`,
      `CREATE TABLE events (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        call_id uuid NOT NULL,
        sequence integer NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        created_at_ms bigint NOT NULL,
        PRIMARY KEY (user_id, id)
      ) PARTITION BY RANGE (id)`,
      'CREATE INDEX events_of_call ON events (user_id, call_id, sequence)',
      // A delivery's id is its event's: so (event, endpoint) is unique although the table is partitioned.
      `CREATE TABLE deliveries (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        call_id uuid NOT NULL,
        sequence integer NOT NULL,
        state text NOT NULL DEFAULT 'pending',
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        lease_id uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (user_id, id, endpoint_id)
      ) PARTITION BY RANGE (id)`,
      `CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'pending'`,
      `CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE lease_until IS NOT NULL`,
      `CREATE INDEX deliveries_first ON deliveries (user_id, endpoint_id, call_id, sequence)
        WHERE state = 'pending' AND attempts = 0`,
      `CREATE TABLE attempts (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        event_id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        number integer NOT NULL,
        outcome text NOT NULL,
        status integer,
        error text,
        response bytea NOT NULL,
        duration_ms integer NOT NULL,
        finished_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, id)
      ) PARTITION BY RANGE (id)`,
      'CREATE INDEX attempts_of_delivery ON attempts (user_id, event_id, endpoint_id)',
      ...partitioned.flatMap((table) => createMonthPartitionsSql(table, Date.now() - monthMs, 4)),
      // For an id whose time is far off: it must not stop the queue.
      ...partitioned.map((table) => `CREATE TABLE ${table}_other PARTITION OF ${table} DEFAULT`),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['attempts', 'deliveries', 'events', 'endpoints']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
