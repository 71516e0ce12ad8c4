/** Integration tests: one adapter or service against a real Postgres and a real NATS. */
module.exports = {
  ...require('./jest.preset.cjs'),
  // They wait for servers more than they compute.
  maxWorkers: 3,
  testMatch: ['**/*.int-spec.ts'],
  globalSetup: '<rootDir>/tools/checks/backing-services.setup.mjs',
  globalTeardown: '<rootDir>/tools/checks/backing-services.teardown.mjs',
  testTimeout: 30_000,
};
