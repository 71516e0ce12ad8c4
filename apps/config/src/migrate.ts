import { runMigrations } from '@parley/persistence';
import { configDatabase } from './database';

runMigrations({ service: 'config', databaseOf: configDatabase });
