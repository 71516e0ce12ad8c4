import { runMigrations } from '@parley/persistence';
import { callsDatabase } from './database';

runMigrations({ service: 'call-control', databaseOf: callsDatabase });
