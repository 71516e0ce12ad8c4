import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@parley/kernel';

/** Resolves when what it looks at works; rejects when not. */
export type HealthCheck = (signal: AbortSignal) => unknown;

export interface Readiness {
  readonly ready: boolean;
  /** The names of the checks that failed or took too long. */
  readonly failing: readonly string[];
}

/** What must work before a service takes traffic. Every check has a deadline; callers that overlap share one run. */
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();
  private running: Promise<Readiness> | undefined;
  private draining = false;

  constructor(private readonly timeoutMs = 1_000) {}

  /** Adds, or replaces, the check of that name. */
  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on not ready, whatever the checks say: the service is about to stop. */
  drain(): void {
    this.draining = true;
  }

  /** Runs all checks at once. Never rejects. */
  run(): Promise<Readiness> {
    this.running ??= this.runAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async runAll(): Promise<Readiness> {
    const names = [...this.checks.keys()];
    const passed = await Promise.all([...this.checks.values()].map((check) => this.passes(check)));
    const failing = names.filter((_, index) => !passed[index]);
    if (this.draining) failing.unshift('draining');
    return { ready: failing.length === 0, failing };
  }

  private async passes(check: HealthCheck): Promise<boolean> {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.timeoutMs);
    });
    try {
      const outcome = (async () => {
        await check(abort.signal);
        return true;
      })();
      outcome.catch(() => undefined);
      return await Promise.race([outcome, deadline]);
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0 = any free one; read `.port` after `start`. */
  readonly port: number;
  readonly checks: HealthChecks;
}

/**
 * Serves `/healthz` (200 while the process lives) and `/readyz` (200 when every check passes, else 503), both with a
 * JSON body; `/readyz` names the failing checks.
 */
export class HealthServer {
  private server: Server | undefined;

  constructor(private readonly options: HealthServerOptions) {}

  /** Listens. @throws SERVICE.LISTEN_FAILED when the address is taken or not ours. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      void this.answer(request.method ?? '', path, response);
    });
    server.requestTimeout = 5_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        reject(
          new AppError('unavailable', 'SERVICE.LISTEN_FAILED', 'Cannot listen on HOST and PORT.', {
            cause,
            details: { host: this.options.host, port: this.options.port },
          }),
        );
      });
      server.listen(this.options.port, this.options.host, resolve);
    });
    this.server = server;
  }

  /** The port listened on; 0 before `start`. */
  get port(): number {
    return (this.server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Stops listening and drops idle connections. */
  async close(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async answer(method: string, path: string, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') {
      send(response, 405, { status: 'method not allowed' });
    } else if (path === '/healthz') {
      send(response, 200, { status: 'ok' });
    } else if (path === '/readyz') {
      const { ready, failing } = await this.options.checks.run();
      send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', failing });
    } else {
      send(response, 404, { status: 'not found' });
    }
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
