import 'reflect-metadata';
import { runService } from '@parley/observability';
import { webhooksSettings } from './settings';
import { startWebhooks } from './webhooks';

void runService({ name: 'webhooks', settings: webhooksSettings, start: (context) => startWebhooks(context) });
