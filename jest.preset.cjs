const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = __dirname;
const swc = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
// jest resolves the aliases itself; swc's own rewriting would bypass jest's module registry.
delete swc.jsc.paths;
delete swc.jsc.baseUrl;
delete swc.$schema;

/** Shared by the three kinds of tests; they differ only in which files they take and what they start. */
module.exports = {
  rootDir: root,
  roots: ['<rootDir>/apps', '<rootDir>/libs'],
  testEnvironment: 'node',
  // swc's options go inline: @swc/jest looks for .swcrc in the working directory, which differs under nx.
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: {
    '^@parley/([^/]+)/testing$': '<rootDir>/libs/$1/src/testing/index.ts',
    '^@parley/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json'],
  maxWorkers: 2,
};
