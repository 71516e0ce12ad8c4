import { createDataSource, schemaName } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { First1795219200000 } from './migrations/1795219200000-first';
import { AgentRow } from './rows/agent.row';
import { ApiKeyRow, UserRow } from './rows/api-key.row';
import { ActiveNumberRow, NumberRow } from './rows/number.row';
import { ActionRow, PromptRow, VoiceRow, WebhookRow } from './rows/resource.row';

/** config's part of the database: the schema `<prefix>config`. */
export function configDatabase(settings: { DATABASE_URL: string; SCHEMA_PREFIX: string }): DataSource {
  return createDataSource({
    url: settings.DATABASE_URL,
    schema: schemaName(settings.SCHEMA_PREFIX, 'config'),
    entities: [
      UserRow,
      ApiKeyRow,
      ActionRow,
      VoiceRow,
      WebhookRow,
      PromptRow,
      AgentRow,
      NumberRow,
      ActiveNumberRow,
    ],
    migrations: [First1795219200000],
  });
}
