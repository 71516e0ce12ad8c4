/** End-to-end tests: the whole system as separate processes, driven through its public edges. */
module.exports = {
  ...require('./jest.preset.cjs'),
  testMatch: ['**/*.e2e-spec.ts'],
  testTimeout: 180_000,
  maxWorkers: 1,
};
