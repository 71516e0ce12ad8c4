import type { SealedColumn } from '@parley/persistence';

/** Where sealed secrets rest. */
export const sealedColumns: readonly SealedColumn[] = [
  // Each call keeps its agent as it was, with the agent's secrets.
  { table: 'calls', column: 'agent', key: { user_id: 'uuid', id: 'uuid' } },
  // Answers that are kept for repeats hold calls and numbers.
  { table: 'commands', column: 'result', key: { user_id: 'uuid', command_id: 'text' } },
];

/**
 * The other columns of documents. None of them holds a sealed secret, but `calls.options` the words of a running call that
 * keeps none: they go with its end.
 */
export const columnsWithoutSecrets: readonly string[] = [
  'call_log.data',
  'calls.life',
  'calls.options',
  'carrier_callbacks.params',
  'events.payload',
  'facts.body',
  'outbox.payload',
];
