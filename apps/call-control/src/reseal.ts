import { runReseal } from '@parley/persistence';
import { callsDatabase } from './database';
import { sealedColumns } from './reseal-columns';

runReseal({ service: 'call-control', databaseOf: callsDatabase, columns: sealedColumns });
