import { AppError } from '@parley/kernel';
import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { censor, censorValue } from './censor';

/** A pino logger. Call it with fields first and a static message second: `logger.info({ callId }, 'call placed')`. */
export type Logger = PinoLogger;

/** From the noisiest to the quietest. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How much is logged: this level and the graver ones. */
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** The app's name; on every line as `service`. */
  readonly service: string;
  readonly level: LogLevel;
  /** Keep the `pii` field of a line. Off by default: personal data is logged only by decision. */
  readonly logPii?: boolean;
  /** Where lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

/**
 * The logger of a service: one JSON object a line, `time` in ISO 8601, `level` as a word. Personal data (numbers,
 * names, what was said) goes under `pii` and is dropped unless `logPii`; fields whose names mean a secret are
 * replaced, at any depth, in lines and in child bindings alike. Errors go in as `err`.
 */
export function createLogger(options: LoggerOptions): Logger {
  const keepPii = options.logPii ?? false;
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      bindings: (bindings: Record<string, unknown>) => censor(bindings, keepPii),
      log: (fields: Record<string, unknown>) => censor(fields, keepPii),
    },
    serializers: { err: serializeError },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** Where a database's errors hold the row that they are about: texts of prompts, numbers, keys. */
const rowFields: readonly string[] = ['parameters', 'driverError', 'detail', 'where'];

/**
 * An error as it stands in a log line: an `AppError` with code, kind, details and its chain of causes, any other with
 * its own fields, censored, and without the row that a database's error is about.
 */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return censorValue(error);
  if (!AppError.is(error)) {
    const fields = Object.entries(stdSerializers.err(error)).filter(([name]) => !rowFields.includes(name));
    return censorValue(Object.fromEntries(fields));
  }
  return {
    type: 'AppError',
    code: error.code,
    kind: error.kind,
    message: error.message,
    stack: error.stack,
    ...(error.details && { details: censorValue(error.details) }),
    ...(error.issues && { issues: error.issues }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
