import 'reflect-metadata';
import { runService } from '@parley/observability';
import { startIntegrations } from './integrations';
import { integrationsSettings } from './settings';

void runService({
  name: 'integrations',
  settings: integrationsSettings,
  start: (context) => startIntegrations(context),
  // An action that has been sent is waited for.
  drainTimeoutMs: 15_000,
});
