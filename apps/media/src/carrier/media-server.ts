import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { HealthChecks, Logger } from '@parley/observability';
import type { MediaGrant, MediaTokens } from '@parley/secrets';
import { AccountTokens, isSignedByTwilio } from '@parley/telephony';
import { WebSocketServer } from 'ws';
import { MediaSocket } from './media-socket';

export interface MediaServerOptions {
  readonly host: string;
  readonly port: number;
  /** The origin that the carrier was given, `wss://…`; signatures are over it and the path. */
  readonly publicMediaUrl: string;
  readonly twilioAuthToken: string;
  /** Of the users' own accounts. */
  readonly accounts: AccountTokens;
  readonly tokens: MediaTokens;
  readonly maxSockets: number;
  readonly checks: HealthChecks;
  /** What `/metrics` answers. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onSocket: (socket: MediaSocket, grant: MediaGrant) => void;
}

const maxFrameBytes = 64 * 1024;
const pathPattern = /^\/media\/([A-Za-z0-9._-]+)$/;

/** The one port of `media`: the carrier's sockets at `/media/<token>`, and `/healthz`, `/readyz` and `/metrics`. */
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
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
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

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const grant = this.grantOf(request);
    if (!grant || !(await this.isSigned(request, grant))) {
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

  /** Token and signature are checked here and nowhere else; nobody is asked before the token holds. */
  private grantOf(request: IncomingMessage): MediaGrant | null {
    const token = pathPattern.exec(request.url ?? '')?.[1];
    if (!token || typeof request.headers['x-twilio-signature'] !== 'string') return null;
    const { tokens, clock, logger } = this.options;
    try {
      return tokens.check(token, clock.nowMs());
    } catch (error) {
      logger.warn({ err: error }, 'media token refused');
      return null;
    }
  }

  /** The carrier that was given the token signs with the token of the account that the call goes through. */
  private async isSigned(request: IncomingMessage, { account, callId }: MediaGrant): Promise<boolean> {
    const { publicMediaUrl, twilioAuthToken, accounts, logger } = this.options;
    const signature = String(request.headers['x-twilio-signature']);
    const url = publicMediaUrl + (request.url ?? '');
    const fits = (authToken: string) => isSignedByTwilio({ authToken, url, params: {}, signature });
    if (!account) return fits(twilioAuthToken);
    try {
      return await accounts.isSigned(account, fits);
    } catch (error) {
      logger.warn({ err: error, callId }, 'a signature could not be checked');
      return false;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/healthz') send(response, 200, { status: 'ok' });
    else if (path === '/readyz') {
      const { ready, failing } = await this.options.checks.run();
      send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', failing });
    } else if (path === '/metrics') {
      const { contentType } = this.options.metrics;
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
      response.end(await this.options.metrics.text());
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
