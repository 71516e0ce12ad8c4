import { AppError } from '@parley/kernel';
import { connect } from 'nats';
import type { ConnectionOptions, NatsConnection } from 'nats';
import type { Logger } from './logger';

export interface ConnectNatsOptions {
  /** One or more servers, comma separated; user and password, or a token as the user, may stand in the URL. */
  readonly url: string;
  /** The service's name; shown by the server's monitoring. */
  readonly name: string;
  readonly logger: Logger;
  /** How long the first connection may take before starting fails. */
  readonly connectTimeoutMs?: number;
  readonly reconnectDelayMs?: number;
  readonly pingIntervalMs?: number;
}

/**
 * The process's one connection to NATS. The first connection must stand within `connectTimeoutMs`; after that it
 * reconnects for ever. Loss, return and errors are logged.
 * @throws UNAVAILABLE `NATS.UNREACHABLE` when no server answers in time.
 */
export async function connectNats(options: ConnectNatsOptions): Promise<NatsConnection> {
  const deadlineMs = performance.now() + (options.connectTimeoutMs ?? 10_000);
  for (;;) {
    try {
      const nats = await connect(connectionOptions(options, deadlineMs - performance.now()));
      void logStatus(nats, options.logger);
      return nats;
    } catch (error) {
      if (performance.now() >= deadlineMs) {
        throw new AppError('unavailable', 'NATS.UNREACHABLE', 'NATS cannot be reached.', {
          cause: error,
          details: { servers: parseServers(options.url).servers },
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * Closes the connection after what is under way has been sent and received. A drain that outlasts `timeoutMs` (no
 * server to drain to) becomes a plain close.
 */
export async function closeNats(nats: NatsConnection, timeoutMs = 5_000): Promise<void> {
  if (nats.isClosed()) return;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  const drained = nats.isDraining() ? nats.closed() : nats.drain();
  await Promise.race([drained.catch(() => undefined), timedOut]);
  clearTimeout(timer);
  if (!nats.isClosed()) await nats.close();
}

function connectionOptions(options: ConnectNatsOptions, leftMs: number): ConnectionOptions {
  return {
    ...parseServers(options.url),
    name: options.name,
    timeout: Math.max(250, Math.min(leftMs, 5_000)),
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: options.reconnectDelayMs ?? 250,
    reconnectJitter: 100,
    pingInterval: options.pingIntervalMs ?? 10_000,
    maxPingOut: 2,
    // A stack for every request, in case it fails; ours have one of their own.
    noAsyncTraces: true,
  };
}

/** nats.js 2.29 ignores credentials inside a server's URL, so they are taken out of it here. */
function parseServers(url: string): { servers: string[]; user?: string; pass?: string; token?: string } {
  const urls = url.split(',').map((part) => {
    const text = part.trim();
    return new URL(text.includes('://') ? text : `nats://${text}`);
  });
  const servers = urls.map(({ protocol, host }) => (protocol === 'tls:' ? `tls://${host}` : host));
  const first = urls[0];
  if (!first?.username) return { servers };
  const user = decodeURIComponent(first.username);
  if (!first.password) return { servers, token: user };
  return { servers, user, pass: decodeURIComponent(first.password) };
}

async function logStatus(nats: NatsConnection, logger: Logger): Promise<void> {
  logger.info({ server: nats.getServer() }, 'connected to NATS');
  for await (const status of nats.status()) {
    const fields = { status: status.type, detail: status.data };
    switch (status.type as string) {
      case 'disconnect':
        logger.warn(fields, 'lost NATS');
        break;
      case 'reconnect':
        logger.info(fields, 'NATS is back');
        break;
      case 'error':
        logger.error(fields, 'NATS reported an error');
        break;
      default:
        logger.debug(fields, 'NATS status');
    }
  }
  const error = await nats.closed();
  if (error) logger.error({ err: error }, 'NATS connection closed by an error');
}
