import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { HealthChecks, Logger } from '@parley/observability';
import type { MediaGrant, MediaTokens } from '@parley/secrets';
import { isSignedByTwilio } from '@parley/telephony';
import { WebSocketServer } from 'ws';
import { MediaSocket } from './media-socket';

export interface MediaServerOptions {
  readonly host: string;
  readonly port: number;
  /** The origin that the carrier was given, `wss://…`; signatures are over it and the path. */
  readonly publicMediaUrl: string;
  readonly twilioAuthToken: string;
  readonly tokens: MediaTokens;
  readonly maxSockets: number;
  readonly checks: HealthChecks;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onSocket: (socket: MediaSocket, grant: MediaGrant) => void;
}

const maxFrameBytes = 64 * 1024;
const pathPattern = /^\/media\/([A-Za-z0-9._-]+)$/;

/** The one port of `media`: the carrier's sockets at `/media/<token>`, and `/healthz` and `/readyz`. */
export class MediaServer {
  private server: Server | undefined;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  private accepting = true;

  constructor(private readonly options: MediaServerOptions) {}

  /** Listens. @throws SERVICE.LISTEN_FAILED when the address is taken or not ours. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    server.requestTimeout = 5_000;
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    server.on('clientError', (_, socket) => socket.destroy());
    this.sockets.on('wsClientError', (_, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      const { host, port } = this.options;
      server.once('error', (cause) => {
        const details = { host, port };
        reject(
          new AppError('unavailable', 'SERVICE.LISTEN_FAILED', 'Cannot listen on HOST and PORT.', {
            cause,
            details,
          }),
        );
      });
      server.listen(port, host, resolve);
    });
    this.server = server;
  }

  /** The port listened on; 0 before `start`. */
  get port(): number {
    return (this.server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Takes no further socket; those that run are not touched. */
  stopAccepting(): void {
    this.accepting = false;
  }

  /** Stops listening and ends what is still open. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const client of this.sockets.clients) client.terminate();
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const grant = this.grantOf(request);
    if (!grant) {
      refuse(socket, '403 Forbidden');
      return;
    }
    if (!this.accepting || this.sockets.clients.size >= this.options.maxSockets) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => {
      const { clock, logger } = this.options;
      const log = logger.child({ callId: grant.callId });
      this.options.onSocket(new MediaSocket(client, clock, log), grant);
    });
  }

  /** Token and signature are checked here and nowhere else; nobody is asked before both hold. */
  private grantOf(request: IncomingMessage): MediaGrant | null {
    const path = request.url ?? '';
    const token = pathPattern.exec(path)?.[1];
    const signature = request.headers['x-twilio-signature'];
    if (!token || typeof signature !== 'string') return null;
    const { publicMediaUrl, twilioAuthToken: authToken, tokens, clock } = this.options;
    if (!isSignedByTwilio({ authToken, url: publicMediaUrl + path, params: {}, signature })) return null;
    try {
      return tokens.check(token, clock.nowMs());
    } catch (error) {
      this.options.logger.warn({ err: error }, 'media token refused');
      return null;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/healthz') send(response, 200, { status: 'ok' });
    else if (path === '/readyz') {
      const { ready, failing } = await this.options.checks.run();
      send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', failing });
    } else send(response, 404, { status: 'not found' });
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
