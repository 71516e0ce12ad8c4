import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readable } from './log-lines.mjs';

test('a line of a log is told as level, message and causes', () => {
  const err = { message: 'NATS cannot be reached.', stack: 'at …', cause: { message: 'CONNECTION_REFUSED' } };
  assert.equal(
    readable(JSON.stringify({ level: 'fatal', time: 't', service: 'media', err, msg: 'start failed' })),
    'fatal: start failed: NATS cannot be reached.: CONNECTION_REFUSED',
  );
  assert.equal(readable('{"level":"info","msg":"ready"}'), 'info: ready');
});

test('what is no such line stays as it is', () => {
  for (const line of ['Error: cannot find module', '{"a":1}', '12', 'null', ''])
    assert.equal(readable(line), line);
});
