import { AppError } from '@parley/kernel';
import { z } from 'zod';
import { HealthChecks, HealthServer } from './health';
import type { HealthCheck } from './health';
import { loadSettings } from './load-settings';
import type { Environment } from './load-settings';
import { createLogger } from './logger';
import type { Logger } from './logger';
import type { commonSettings } from './settings';

/** The part of the process that a service's `main` touches; replaced in specs. */
export interface ServiceHost {
  readonly env: Environment;
  on(
    event: 'SIGTERM' | 'SIGINT' | 'unhandledRejection' | 'uncaughtException',
    run: (reason: unknown) => void,
  ): void;
  exit(code: number): void;
  writeError(text: string): void;
  createLogger: typeof createLogger;
}

/** What a service gets to start with. */
export interface ServiceContext<S> {
  readonly settings: S;
  readonly logger: Logger;
  /** Registers what must be closed at the end. The last registered is closed first, one after the other. */
  onClose(name: string, close: () => unknown): void;
}

export interface ServiceOptions<S extends typeof commonSettings> {
  readonly name: string;
  /** `commonSettings`, extended. */
  readonly settings: S;
  /** Starts everything; gives the port that the service listens on. */
  readonly start: (context: ServiceContext<z.output<S>>) => Promise<{ readonly port: number }>;
  /** How long closing may take in all before the process exits with 1; 10,000 by default. */
  readonly drainTimeoutMs?: number;
  readonly host?: ServiceHost;
}

/**
 * The `main` of a service: settings, `start`, one line `{"msg":"ready","port":…}`. On SIGTERM or SIGINT it closes what
 * was registered, in reverse order, and exits 0; 1 if that fails or outlasts `drainTimeoutMs`, or at a second signal. A
 * failing start closes what had been started and exits 1; so does an unhandled rejection. Never rejects.
 */
export async function runService<S extends typeof commonSettings>(options: ServiceOptions<S>): Promise<void> {
  const host = options.host ?? processHost;
  const settings = settingsOrExit(options, host);
  if (!settings) return;
  const logger = host.createLogger({
    service: options.name,
    level: settings.LOG_LEVEL,
    logPii: settings.LOG_PII,
  });
  const shutdown = new Shutdown(logger, options.drainTimeoutMs ?? 10_000, host);

  host.on('SIGTERM', () => shutdown.run('SIGTERM', 0));
  host.on('SIGINT', () => shutdown.run('SIGINT', 0));
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    host.on(event, (reason) => {
      logger.fatal({ err: reason, event }, 'unexpected error, stopping');
      shutdown.run(event, 1);
    });
  }

  try {
    const { port } = await options.start({
      settings,
      logger,
      onClose: (name, close) => shutdown.add(name, close),
    });
    if (!shutdown.started) logger.info({ port }, 'ready');
  } catch (error) {
    logger.fatal({ err: error }, 'start failed');
    shutdown.run('start failed', 1);
  }
}

/**
 * Serves `/healthz` and `/readyz` for a service that has no HTTP of its own, on its HOST and PORT; not ready from the
 * moment that it stops. Call it last, so that a service is ready only when all of it has started.
 */
export async function serveHealth(
  context: ServiceContext<Pick<z.output<typeof commonSettings>, 'HOST' | 'PORT'>>,
  named: Readonly<Record<string, HealthCheck>>,
): Promise<{ readonly port: number }> {
  const checks = new HealthChecks();
  for (const [name, check] of Object.entries(named)) checks.add(name, check);
  const { HOST: host, PORT: port } = context.settings;
  const server = new HealthServer({ host, port, checks });
  await server.start();
  context.onClose('health', () => server.close());
  context.onClose('readiness', () => checks.drain());
  return { port: server.port };
}

function settingsOrExit<S extends typeof commonSettings>(
  options: ServiceOptions<S>,
  host: ServiceHost,
): z.output<S> | undefined {
  try {
    return loadSettings(options.settings, host.env);
  } catch (error) {
    host.writeError(`${options.name} cannot start:\n${AppError.from(error).message}\n`);
    host.exit(1);
    return undefined;
  }
}

/** Closes what was registered, once, in reverse order and within a deadline, then exits. */
class Shutdown {
  started = false;
  private readonly closers: { name: string; close: () => unknown }[] = [];

  constructor(
    private readonly logger: Logger,
    private readonly timeoutMs: number,
    private readonly host: ServiceHost,
  ) {}

  add(name: string, close: () => unknown): void {
    this.closers.push({ name, close });
  }

  run(reason: string, exitCode: number): void {
    if (this.started) {
      this.host.exit(1);
      return;
    }
    this.started = true;
    this.logger.info({ reason }, 'stopping');
    void this.closeAll(exitCode);
  }

  private async closeAll(exitCode: number): Promise<void> {
    const timer = setTimeout(() => {
      this.logger.error({ timeoutMs: this.timeoutMs }, 'closing took too long');
      this.host.exit(1);
    }, this.timeoutMs);
    let code = exitCode;
    for (const { name, close } of this.closers.reverse()) {
      try {
        await close();
      } catch (error) {
        code = 1;
        this.logger.error({ err: error, closing: name }, 'close failed');
      }
    }
    clearTimeout(timer);
    this.logger.info({}, 'stopped');
    this.host.exit(code);
  }
}

const processHost: ServiceHost = {
  env: process.env,
  on: (event, run) => void process.on(event, run),
  exit: (code) => process.exit(code),
  writeError: (text) => void process.stderr.write(text),
  createLogger,
};
