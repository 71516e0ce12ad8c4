export { commandsFingerprint, commandsTable, findResult, pruneCommands, runOnce } from './commands';
export type { RunOnceOptions } from './commands';
export { createDataSource, schemaName } from './data-source';
export type { DataSourceSettings } from './data-source';
export { isUniqueViolation } from './database-errors';
export { runMigrations, runReseal } from './database-programs';
export type { ServiceDatabase } from './database-programs';
export { migrate } from './migrate';
export type { MigrateOptions } from './migrate';
export { outboxTable, writeOutbox } from './outbox';
export { PartitionKeeper } from './partition-keeper';
export { createMonthPartitionsSql, ensurePartitions, firstIdAt, monthPartitions } from './partitions';
export type { MonthPartition } from './partitions';
export { PostgresOutboxStore } from './postgres-outbox-store';
export { Pruner } from './pruner';
export type { PrunerOptions } from './pruner';
export { reseal } from './reseal';
export type { ResealOptions, ResealResult } from './reseal';
export type { SealedColumn } from './sealed-columns';
export { TenantRepository } from './tenant.repository';
export type {
  NewTenantRow,
  PreparedStatement,
  TenantListOptions,
  TenantPatch,
  TenantRow,
  TenantWhere,
} from './tenant.repository';
