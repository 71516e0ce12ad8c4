import 'reflect-metadata';
import { runService } from '@parley/observability';
import { startMedia } from './media';
import { mediaSettings } from './settings';

void runService({
  name: 'media',
  settings: mediaSettings,
  start: (context) => startMedia(context),
  // Running calls are let finish; DRAIN_SECONDS bounds that, and this bounds everything.
  drainTimeoutMs: 4 * 3_600_000,
});
