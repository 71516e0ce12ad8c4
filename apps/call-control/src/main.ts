import 'reflect-metadata';
import { runService } from '@parley/observability';
import { startCallControl } from './call-control';
import { callControlSettings } from './settings';

void runService({ name: 'call-control', settings: callControlSettings, start: startCallControl });
