import { AppError } from '@parley/kernel';
import { createLogger, loadSettings } from '@parley/observability';
import { Sandbox } from './sandbox';
import { sandboxSettings } from './settings';

const CLOSE_TIMEOUT_MS = 10_000;

async function main(): Promise<void> {
  const settings = loadSettings(sandboxSettings, process.env);
  const logger = createLogger({ service: 'sandbox', level: settings.LOG_LEVEL });
  const sandbox = new Sandbox(settings, logger);
  let stopping = false;
  const stop = (reason: string, exitCode: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
    sandbox.close().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, 'close failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  for (const event of ['unhandledRejection', 'uncaughtException'])
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, 'unexpected error, stopping');
      stop(event, 1);
    });
  const ports = await sandbox.start();
  logger.info({ port: ports.control, ports }, 'ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox cannot start:\n${AppError.from(error).message}\n`);
  process.exit(1);
});
