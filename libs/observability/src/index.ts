export { CENSORED, censor, isSecretName } from './censor';
export { HealthChecks, HealthServer } from './health';
export type { HealthCheck, HealthServerOptions, Readiness } from './health';
export { loadSettings } from './load-settings';
export type { Environment } from './load-settings';
export { createLogger, logLevels, serializeError } from './logger';
export type { Logger, LoggerOptions, LogLevel } from './logger';
export { nestLogger } from './nest-logger';
export { runService, serveHealth } from './run-service';
export type { ServiceContext, ServiceHost, ServiceOptions } from './run-service';
export {
  commonSettings,
  databaseSettings,
  databaseUrlSetting,
  flagSetting,
  isLoopbackHost,
  keyListSetting,
  keySetting,
  natsUrlSetting,
  portSetting,
  publicMediaUrlSetting,
  publicUrlSetting,
  urlSetting,
} from './settings';
