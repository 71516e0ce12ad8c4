import { runMigrations } from '@parley/persistence';
import { webhooksDatabase } from './database';

runMigrations({ service: 'webhooks', databaseOf: webhooksDatabase });
