/** Runs a TypeScript program of the checkout as a process of its own: `node run-typescript.cjs <main.ts>`. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformFileSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
delete options.$schema;
options.jsc.baseUrl = root;
require.extensions['.ts'] = (module, path) =>
  module._compile(transformFileSync(path, { ...options, swcrc: false }).code, path);

require(process.argv[2]);
