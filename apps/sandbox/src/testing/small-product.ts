import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { validateRequest } from 'twilio';
import { WebSocket, WebSocketServer } from 'ws';
import { readBody } from '../http';

/** A request of the carrier, as the product got it. */
export interface CarrierRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly signature: string;
  /** What the official SDK says of the signature. */
  readonly signed: boolean;
}

/** A media socket of the carrier, from the product's side. */
export interface ProductSocket {
  readonly socket: WebSocket;
  readonly path: string;
  readonly signed: boolean;
  /** All messages so far, parsed. */
  readonly messages: Record<string, unknown>[];
  closeCode: number | undefined;
}

/**
 * The least that a carrier needs to talk to: answers documents by path, takes callbacks, accepts media sockets. Keeps
 * all that comes.
 */
export class SmallProduct {
  readonly requests: CarrierRequest[] = [];
  readonly sockets: ProductSocket[] = [];
  /** TwiML by path; a path without one is answered 204. */
  readonly documents: Record<string, string | (() => { status: number; body: string })> = {};
  /** Refuses sockets with this status when set. */
  refuseSocketsWith: number | undefined;
  private readonly server: Server;
  private readonly sockets_ = new WebSocketServer({ noServer: true });

  constructor(private readonly authToken: string) {
    this.server = createServer((request, response) => {
      void this.take(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'text/xml' });
        response.end(body);
      });
    });
    this.server.on('upgrade', (request, socket, head) => {
      if (this.refuseSocketsWith !== undefined) {
        socket.end(`HTTP/1.1 ${this.refuseSocketsWith} Refused\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.sockets_.handleUpgrade(request, socket, head, (accepted) => this.accept(accepted, request));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get mediaUrl(): string {
    return this.url.replace('http:', 'ws:');
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const { socket } of this.sockets) socket.terminate();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** Requests on this path, in the order in which they came. */
  on(path: string): readonly CarrierRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  private async take(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const path = request.url ?? '';
    const params = Object.fromEntries(new URLSearchParams(await readBody(request)));
    const signature = String(request.headers['x-twilio-signature']);
    this.requests.push({
      path,
      params,
      signature,
      signed: validateRequest(this.authToken, signature, this.url + path, params),
    });
    const document = this.documents[path.replace(/\?.*$/, '')];
    if (typeof document === 'function') return document();
    return document === undefined ? { status: 204, body: '' } : { status: 200, body: document };
  }

  private accept(socket: WebSocket, request: IncomingMessage): void {
    const path = request.url ?? '';
    const signature = String(request.headers['x-twilio-signature']);
    const taken: ProductSocket = {
      socket,
      path,
      signed: validateRequest(this.authToken, signature, this.mediaUrl + path, {}),
      messages: [],
      closeCode: undefined,
    };
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) =>
      taken.messages.push(JSON.parse(data.toString()) as Record<string, unknown>),
    );
    socket.on('close', (code) => (taken.closeCode = code));
    this.sockets.push(taken);
  }
}
