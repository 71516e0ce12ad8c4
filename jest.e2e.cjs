/** End-to-end tests: a whole system as separate processes, driven through its public edges. */
module.exports = {
  ...require('./jest.preset.cjs'),
  testMatch: ['**/*.e2e-spec.ts'],
  globalSetup: '<rootDir>/tools/checks/running-system.setup.mjs',
  globalTeardown: '<rootDir>/tools/checks/running-system.teardown.mjs',
  testSequencer: '<rootDir>/tools/checks/calls-first.sequencer.cjs',
  testTimeout: 180_000,
  // A system for each worker.
  maxWorkers: Number(process.env.PARLEY_E2E_SYSTEMS ?? 1),
};
