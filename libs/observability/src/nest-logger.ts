import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger';

/**
 * Lets Nest write through `logger`. Nest's own `log` lines (every module, every route) are `debug` here: a service
 * says itself when it is ready.
 */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      const fields = {
        ...(typeof context === 'string' && { context }),
        ...(message instanceof Error && { err: message }),
        ...(level === 'error' && rest.length > 1 && typeof rest[0] === 'string' && { stack: rest[0] }),
      };
      logger[level](fields, message instanceof Error ? message.message : textOf(message));
    };
  return {
    log: write('debug'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
