import { createServer, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** A session as the vendor sees it. */
export class VendorPeer {
  readonly audio: Buffer[] = [];
  readonly texts: string[] = [];
  private waiting: (() => void)[] = [];

  constructor(
    readonly socket: WebSocket,
    readonly request: IncomingMessage,
  ) {
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.audio.push(data);
      else this.texts.push(data.toString());
      for (const resolve of this.waiting.splice(0)) resolve();
    });
  }

  /** All binary frames, one behind the other. */
  get bytes(): Buffer {
    return Buffer.concat(this.audio);
  }

  get closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) resolve();
      else this.socket.once('close', () => resolve());
    });
  }

  async until(holds: (peer: this) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** A vendor of which a test plays the part. */
export class VendorServer {
  /** Lets a session in, or does not. */
  welcome: (accept: () => void) => void = (accept) => accept();
  private readonly http = createServer();
  private readonly sockets: WebSocketServer;
  private readonly peers: VendorPeer[] = [];
  private readonly arrivals: ((peer: VendorPeer) => void)[] = [];

  constructor(options: { readonly autoPong?: boolean } = {}) {
    this.sockets = new WebSocketServer({ noServer: true, ...options });
  }

  /** Resolves to the address. */
  async start(): Promise<string> {
    this.http.on('upgrade', (request, socket, head: Buffer) =>
      this.welcome(() =>
        this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
          const peer = new VendorPeer(webSocket, request);
          const arrival = this.arrivals.shift();
          if (arrival) arrival(peer);
          else this.peers.push(peer);
        }),
      ),
    );
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** The session that opened next, be it there or yet to come. */
  nextPeer(): Promise<VendorPeer> {
    const there = this.peers.shift();
    return there ? Promise.resolve(there) : new Promise((resolve) => this.arrivals.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
