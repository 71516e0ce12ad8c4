import { createDataSource, schemaName } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { First1795219200000 } from './migrations/1795219200000-first';
import { Keys1795305600000 } from './migrations/1795305600000-keys';
import { CommandFingerprint1795305650000 } from './migrations/1795305650000-command-fingerprint';
import { NumbersConnections1795305800000 } from './migrations/1795305800000-numbers-connections';
import { Resources1795305900000 } from './migrations/1795305900000-resources';
import { AccountConnectionRow } from './rows/account-connection.row';
import { AgentRow } from './rows/agent.row';
import { ApiKeyRow } from './rows/api-key.row';
import { ActiveNumberRow, NumberRow } from './rows/number.row';
import {
  ActionRow,
  PromptRow,
  PromptTemplateRow,
  VectorDatabaseRow,
  VoiceRow,
  WebhookRow,
} from './rows/resource.row';
import { UserRow } from './rows/user.row';

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
      PromptTemplateRow,
      VectorDatabaseRow,
      AgentRow,
      NumberRow,
      ActiveNumberRow,
      AccountConnectionRow,
    ],
    migrations: [
      First1795219200000,
      Keys1795305600000,
      CommandFingerprint1795305650000,
      NumbersConnections1795305800000,
      Resources1795305900000,
    ],
  });
}
