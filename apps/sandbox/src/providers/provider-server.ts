import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { Faults } from '../faults';
import type { EntryKinds, Journal } from '../journal';
import type { ScriptHolder } from '../script';

/** What every provider of the sandbox is made of. */
export interface ProviderOptions<Entries extends EntryKinds> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journal: Journal<Entries>;
  readonly faults: Faults;
  readonly script: ScriptHolder;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** The one key that is taken; without it any key is. */
  readonly apiKey?: string;
}

/** Kept longer than a pause between two turns, as the real providers do. */
const KEEP_ALIVE_MS = 65_000;
const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** An HTTP server on loopback for one provider. */
export class ProviderServer {
  readonly http: Server;

  constructor(
    private readonly options: { readonly host?: string; readonly port?: number },
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    this.http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  }

  /** Listens; resolves to the port. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(this.options.port ?? 0, this.options.host ?? '127.0.0.1', resolve);
    });
    return this.port;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.http.listening) return;
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    this.http.closeAllConnections();
    await closed;
  }
}

/** The body as text; undefined when it is larger than 4 MiB or never ends whole. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > MOST_BODY_BYTES) return undefined;
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** `text` as JSON; undefined when it is none. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}
