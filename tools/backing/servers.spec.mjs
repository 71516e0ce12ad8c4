import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { connect } from 'nats';
import { findNats, startNats } from './nats.mjs';
import { freePort } from './ports.mjs';
import { readPostmaster, startPostgres, stopStalePostmaster } from './postgres.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-servers-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const startOwn = () =>
  startPostgres({
    ...{
      dataDir: join(dir, 'postgres'),
      password: 'right',
      logFile: join(dir, 'postgres.log'),
      isThrowaway: true,
    },
  });

async function query(url, text) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('Postgres keeps its data, wants its password, and survives a killed launcher', async () => {
  const first = await startOwn();
  await query(first.url, 'create table kept (a int)');
  await assert.rejects(query(first.url.replace('right', 'wrong'), 'select 1'), /password/);

  // What a killed launcher leaves: a postmaster that nobody stopped.
  const second = await startOwn();
  assert.deepEqual(await first.exited, { code: 0, signal: null });
  assert.deepEqual(await query(second.url, 'select * from kept'), []);
  assert.equal(readPostmaster(join(dir, 'postgres')).pid, second.pid);
  await second.close();
  assert.equal(await stopStalePostmaster(join(dir, 'postgres')), false);
});

test('NATS wants its password and has JetStream', async () => {
  const nats = await startNats({
    dataDir: join(dir, 'nats'),
    password: 'right',
    logFile: join(dir, 'nats.log'),
  });
  assert.equal(statSync(join(dir, 'nats', 'nats.conf')).mode & 0o777, 0o600);
  const options = { servers: `127.0.0.1:${nats.port}`, user: 'parley' };
  await assert.rejects(connect({ ...options, pass: 'wrong', reconnect: false }), /Authorization/i);
  const connection = await connect({ ...options, pass: 'right' });
  await (await connection.jetstreamManager()).streams.add({ name: 'TRY', subjects: ['try'] });
  await connection.close();
  await nats.close();
});

test('a named nats-server that is no program is an error, not passed over', async () => {
  const path = join(dir, 'text');
  writeFileSync(path, 'no program', { mode: 0o644 });
  await assert.rejects(findNats({ settings: { NATS_SERVER_BIN: path } }), /NATS_SERVER_BIN/);
});

test('a port in use is replaced by a free one', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  assert.notEqual(await freePort(port), port);
  await new Promise((resolve) => holder.close(resolve));
  assert.equal(await freePort(port), port);
});
