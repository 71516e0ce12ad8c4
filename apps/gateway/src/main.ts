import 'reflect-metadata';
import { runService } from '@parley/observability';
import { startGateway } from './gateway';
import { gatewaySettings } from './settings';

void runService({ name: 'gateway', settings: gatewaySettings, start: startGateway });
