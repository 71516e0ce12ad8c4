import { Agent } from 'node:https';
import { SystemClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { TranscriptionSettings } from './vendor-transcription';

/** What every transcriber takes. */
export interface TranscriberDeadlines {
  /** 2 s unless given. */
  readonly connectTimeoutMs?: number;
  /** 4 s unless given. */
  readonly keepAliveAfterMs?: number;
  /** 3.5 s unless given. */
  readonly stallTimeoutMs?: number;
  /** How long `close` waits for the last results; 1.5 s unless given. */
  readonly closeTimeoutMs?: number;
  /** How long a connection must have been open for the next one to be granted again; a minute unless given. */
  readonly healthyAfterMs?: number;
  readonly clock?: Clock;
  readonly logger: Logger;
}

/** Only its memory of TLS sessions is shared; a WebSocket never goes back to it. */
const tlsSessions = new Agent({ keepAlive: false, maxCachedSessions: 64 });

/** `given` with the usual deadlines. */
export function transcriptionSettings(given: TranscriberDeadlines, url: string): TranscriptionSettings {
  return {
    connectTimeoutMs: given.connectTimeoutMs ?? 2000,
    keepAliveAfterMs: given.keepAliveAfterMs ?? 4000,
    stallTimeoutMs: given.stallTimeoutMs ?? 3500,
    closeTimeoutMs: given.closeTimeoutMs ?? 1500,
    healthyAfterMs: given.healthyAfterMs ?? 60_000,
    renewAfterMs: null,
    clock: given.clock ?? new SystemClock(),
    logger: given.logger,
    // A handshake that resumes a TLS session costs no check of certificates and less arithmetic.
    ...(isSecure(url) && { agent: tlsSessions }),
  };
}

function isSecure(url: string): boolean {
  return /^(wss|https):/i.test(url);
}
