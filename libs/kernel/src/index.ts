export { AppError } from './app-error';
export type { AppErrorOptions, ErrorKind, FieldIssue, WireError } from './app-error';
export { FakeClock } from './clock';
export type { CancelTimer, Clock } from './clock';
export { idTimeMs, isUuid, newId } from './ids';
export { SystemClock } from './system-clock';
export { StreamGuard } from './stream-guard';
export { RecentMap } from './recent-map';
