import type { SealedColumn } from '@parley/persistence';

const document = { column: 'params', key: { user_id: 'uuid', id: 'uuid' } } as const;

/** Where sealed secrets rest. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'voices', ...document },
  { table: 'actions', ...document },
  { table: 'vector_databases', ...document },
  { table: 'account_connections', ...document },
  // Answers that are kept for repeats hold the objects themselves.
  { table: 'commands', column: 'result', key: { user_id: 'uuid', command_id: 'text' } },
];

/** The other columns of documents: none of them ever holds a sealed secret. */
export const columnsWithoutSecrets: readonly string[] = [
  'agents.settings',
  'numbers.example_context',
  'outbox.payload',
  'prompt_templates.params',
  'prompts.params',
  'webhooks.params',
];
