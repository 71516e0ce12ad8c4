import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from './arguments.mjs';

test('reads the options', () => {
  assert.deepEqual(parseArguments([]), {
    once: false,
    demo: true,
    fresh: false,
    live: false,
    to: undefined,
    help: false,
  });
  assert.equal(parseArguments(['--once', '--fresh']).fresh, true);
  assert.equal(parseArguments(['--no-demo']).demo, false);
  assert.equal(parseArguments(['--live', '--to', '+14155550123']).to, '+14155550123');
  assert.equal(parseArguments(['--live', '--to=+14155550123']).to, '+14155550123');
});

for (const args of [
  ['--onse'],
  ['--to', '+14155550123'],
  ['--live', '--to', '4155550123'],
  ['--live', '--to'],
  ['--once', '--no-demo'],
  ['--once', '--live'],
]) {
  test(`refuses ${args.join(' ')}`, () => assert.throws(() => parseArguments(args)));
}
