import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@parley/kernel';

/** An HTTP server of one role, on a port of its own. */
export class HttpListener {
  private server: Server | undefined;

  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    private readonly serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ) {}

  /** Listens; gives the port (any free one when the address says 0). @throws SANDBOX.LISTEN_FAILED */
  async start(): Promise<number> {
    const server = createServer((request, response) => {
      response.on('error', () => undefined);
      this.serve(request, response).catch(() => response.destroy());
    });
    this.server = server;
    const { host, port } = this.address;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(
          new AppError('unavailable', 'SANDBOX.LISTEN_FAILED', `Cannot listen on ${host}:${port}.`, {
            cause,
          }),
        ),
      );
      server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  /** Stops listening, and cuts what is still open. */
  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}

/** Reads a request's body as text. @throws SANDBOX.BODY_TOO_LARGE beyond `maxBytes` */
export async function readBody(request: IncomingMessage, maxBytes = 4 * 1024 * 1024): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new AppError('invalid', 'SANDBOX.BODY_TOO_LARGE', 'The body is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
