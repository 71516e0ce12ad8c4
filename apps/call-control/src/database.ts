import { createDataSource, schemaName } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { First1795219200000 } from './migrations/1795219200000-first';
import { CallbacksByAge1795219400000 } from './migrations/1795219400000-callbacks-by-age';
import { CommandFingerprint1795305650000 } from './migrations/1795305650000-command-fingerprint';
import { CallsLists1795305900000 } from './migrations/1795305900000-calls-lists';
import { NumberOrders1795306100000 } from './migrations/1795306100000-number-orders';
import { NumberOrderClaims1795306200000 } from './migrations/1795306200000-number-order-claims';
import { CallRow } from './rows/call.row';
import { LegRow } from './rows/leg.row';

/** call-control's part of the database: the schema `<prefix>calls`. */
export function callsDatabase(settings: { DATABASE_URL: string; SCHEMA_PREFIX: string }): DataSource {
  return createDataSource({
    url: settings.DATABASE_URL,
    schema: schemaName(settings.SCHEMA_PREFIX, 'calls'),
    entities: [CallRow, LegRow],
    migrations: [
      First1795219200000,
      CallbacksByAge1795219400000,
      CommandFingerprint1795305650000,
      CallsLists1795305900000,
      NumberOrders1795306100000,
      NumberOrderClaims1795306200000,
    ],
    poolSize: 16,
  });
}

/** Tables that are partitioned by the month in which their call was made. */
export const partitionedTables = ['calls', 'facts', 'call_log', 'events'] as const;
