import { AppError } from '@parley/kernel';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { guardedConnector, hostKey } from './guarded-connector';
import { timedOut, translateHttpError } from './http-errors';
import { createResolver } from './resolve-name';
import type { ResolveName } from './resolve-name';

export interface GuardedHttpClientOptions {
  /** `host:port` of those who may have private addresses, e.g. a receiver of one's own. Exact; nothing by default. */
  readonly allowedHosts?: Iterable<string>;
  /** 10,000 by default; a request's own deadline still holds. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept, unless the server says otherwise; 4,000 by default. */
  readonly keepAliveMs?: number;
  /** DNS by default. */
  readonly resolve?: ResolveName;
}

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Lower-case names. `host`, `connection` and `content-length` are set by the client. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** For the whole of it: look-up, connection, TLS, sending, headers and body. */
  readonly timeoutMs: number;
  /** The rest of a longer body is not read; 65,536 by default, and at most. */
  readonly maxResponseBytes?: number;
  readonly signal?: AbortSignal;
}

export interface GuardedResponse {
  readonly status: number;
  /** Lower-case names; several values of one name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than what was read. */
  readonly truncated: boolean;
  readonly durationMs: number;
}

const responseCapBytes = 65_536;
/** Per origin; a receiver that hangs holds this many sockets at most. */
const maxConnectionsPerOrigin = 128;
const lowestOpenPort = 1024;

/**
 * The HTTP client for every URL that a customer gave. Reaches public addresses only (see `guardedConnector`), by http
 * or https on ports 80, 443 and from 1024 up; follows no redirect, takes no user in the URL, decompresses nothing, reads at most 64 KiB.
 * Connections are kept and used again.
 */
export class GuardedHttpClient {
  private readonly agent: Agent;
  private readonly allowedHosts: ReadonlySet<string>;

  constructor(options: GuardedHttpClientOptions = {}) {
    this.allowedHosts = new Set([...(options.allowedHosts ?? [])].map(parseAllowedHost));
    this.agent = new Agent({
      connect: guardedConnector({
        allowedHosts: this.allowedHosts,
        resolve: options.resolve ?? createResolver(),
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      }),
      connections: maxConnectionsPerOrigin,
      keepAliveTimeout: options.keepAliveMs ?? 4_000,
      // The request's own deadline covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Sends one request, once. Any status is an answer.
   * @throws HTTP.BAD_URL unparseable, not http(s), with a user, or on a forbidden port
   * @throws HTTP.BLOCKED_ADDRESS not a public address
   * @throws HTTP.TIMEOUT | HTTP.UNKNOWN_HOST | HTTP.CONNECT | HTTP.TLS | HTTP.CONNECTION_LOST | HTTP.BAD_RESPONSE |
   * HTTP.ABORTED | HTTP.FAILED
   */
  async request(request: GuardedRequest): Promise<GuardedResponse> {
    const url = this.checkedUrl(request.url);
    const startedMs = performance.now();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(timedOut()), request.timeoutMs);
    const onAbort = () => abort.abort(aborted());
    if (request.signal?.aborted) onAbort();
    request.signal?.addEventListener('abort', onAbort);
    try {
      const answer = await this.agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        signal: abort.signal,
      });
      const cap = Math.min(request.maxResponseBytes ?? responseCapBytes, responseCapBytes);
      const { body, truncated } = await readCapped(answer.body, cap);
      return {
        status: answer.statusCode,
        headers: flatten(answer.headers),
        body,
        truncated,
        durationMs: performance.now() - startedMs,
      };
    } catch (error) {
      // A broken read reports how it broke; why is in the signal.
      throw translateHttpError(abort.signal.aborted ? abort.signal.reason : error);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Waits for requests under way, then closes all connections. */
  async close(): Promise<void> {
    await this.agent.close();
  }

  private checkedUrl(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) throw badUrl('It must be an http or https URL.');
    if (url.username || url.password) throw badUrl('It must not hold a user or a password.');
    const isAllowed = this.allowedHosts.has(hostKey(url.hostname, url.port, url.protocol));
    // The URL drops the scheme's own port, so http on 443 and https on 80 are refused here as well.
    if (!isAllowed && url.port !== '' && Number(url.port) < lowestOpenPort) {
      throw badUrl('Its port must be 80, 443, or 1024 and above.');
    }
    return url;
  }
}

/** Stops reading at the cap, and drops the connection: the rest may never end. */
async function readCapped(
  stream: Dispatcher.ResponseData['body'],
  capBytes: number,
): Promise<{ body: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, capBytes - bytes));
    bytes += chunk.length;
    if (bytes > capBytes) return { body: Buffer.concat(chunks), truncated: true };
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function parseAllowedHost(text: string): string {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:/@]+):(\d{1,5})$/i.exec(text.trim()) ?? [];
  if (!host || !port) {
    throw new AppError('invalid', 'HTTP.BAD_ALLOWED_HOST', 'An allowed host must be written as host:port.', {
      details: { text },
    });
  }
  return hostKey(host, port, '');
}

function badUrl(message: string): AppError {
  return new AppError('invalid', 'HTTP.BAD_URL', `The URL cannot be used. ${message}`);
}

function aborted(): AppError {
  return new AppError('unavailable', 'HTTP.ABORTED', 'The request was given up by its sender.');
}
