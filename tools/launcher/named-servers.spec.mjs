import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../backing/ports.mjs';
import { checkDatabase, checkNats } from './named-servers.mjs';

test('a Postgres that is not there is named, without its password', async () => {
  const port = await freePort();
  await assert.rejects(checkDatabase(`postgres://me:secret@127.0.0.1:${port}/db`), ({ message }) => {
    assert.match(message, /DATABASE_URL in \.env\) cannot be used: .*ECONNREFUSED/);
    return !message.includes('secret');
  });
});

test('a NATS that is not there is named, without its password', async () => {
  const port = await freePort();
  await assert.rejects(checkNats(`nats://me:secret@127.0.0.1:${port}`), ({ message }) => {
    assert.match(message, /NATS_URL in \.env\) cannot be used: CONNECTION_REFUSED/);
    return !message.includes('secret');
  });
});
