import { runMigrations } from '@parley/persistence';
import { integrationsDatabase } from './database';

runMigrations({ service: 'integrations', databaseOf: integrationsDatabase });
