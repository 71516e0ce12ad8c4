/** Unit tests: no IO, no clock, no sleep. */
module.exports = { ...require('./jest.preset.cjs'), testMatch: ['**/*.spec.ts'] };
