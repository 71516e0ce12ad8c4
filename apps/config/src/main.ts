import 'reflect-metadata';
import { runService } from '@parley/observability';
import { startConfig } from './config';
import { configSettings } from './settings';

void runService({ name: 'config', settings: configSettings, start: startConfig });
