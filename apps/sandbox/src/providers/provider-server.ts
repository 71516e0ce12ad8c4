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
  /** Endpoints on the same port that someone else answers, e.g. text to speech. */
  readonly routes?: readonly HttpRoute[];
}

/** Kept longer than a pause between two turns, as the real providers do. */
const KEEP_ALIVE_MS = 65_000;
const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** An HTTP server on loopback for one provider. */
export class ProviderServer {
  readonly http: Server;

  constructor(
    private readonly options: Pick<ProviderOptions<EntryKinds>, 'host' | 'port' | 'routes' | 'logger'>,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    const { routes = [], logger } = options;
    this.http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, byRoutes(routes, logger, answer));
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

/** One HTTP endpoint of a provider. */
export interface HttpRoute {
  readonly method: string;
  readonly path: string;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Answers by the endpoint that is asked for, and by `otherwise` where there is none. */
function byRoutes(
  routes: readonly HttpRoute[],
  logger: Logger,
  otherwise: (request: IncomingMessage, response: ServerResponse) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    const route = routes.find(({ method, path }) => method === request.method && path === pathname);
    if (route) answerBy(() => route.answer(request, response), response, logger);
    else otherwise(request, response);
  };
}

/** Runs one answer; what it throws ends the connection. */
export function answerBy(answer: () => Promise<void>, response: ServerResponse, logger: Logger): void {
  response.on('error', (error) => logger.debug({ err: error }, 'answer broke off'));
  answer().catch((error: unknown) => {
    logger.error({ err: error }, 'could not answer');
    response.destroy();
  });
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
