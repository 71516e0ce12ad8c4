import { runReseal } from '@parley/persistence';
import { configDatabase } from './database';
import { sealedColumns } from './reseal-columns';

runReseal({ service: 'config', databaseOf: configDatabase, columns: sealedColumns });
