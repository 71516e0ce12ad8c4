export { eventually } from './eventually';
export type { EventuallyOptions } from './eventually';
export { RecordingLogger } from './recording-logger';
export type { LoggedLine } from './recording-logger';
export { createTestDatabase } from './test-database';
export type { TestDatabase, TestDatabaseOptions } from './test-database';
export { testNats } from './test-nats';
export type { TestNats, TestNatsLogin } from './test-nats';
