/** End-to-end tests: the whole system as separate processes, driven through its public edges. */
module.exports = {
  ...require('./jest.preset.cjs'),
  testMatch: ['**/*.e2e-spec.ts'],
  globalSetup: '<rootDir>/tools/checks/backing-services.setup.mjs',
  globalTeardown: '<rootDir>/tools/checks/backing-services.teardown.mjs',
  testTimeout: 180_000,
  maxWorkers: 1,
};
