import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downloadNats, releaseFor } from './nats-release.mjs';
import { freePort } from './ports.mjs';

const dir = mkdtempSync(join(tmpdir(), 'parley-release-'));
const program = '#!/bin/sh\necho own nats-server\n';
let server;
let baseUrl;
let release;
const requested = [];

before(async () => {
  const name = 'nats-server-v9.9.9-test';
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, 'nats-server'), program, { mode: 0o755 });
  writeFileSync(join(dir, name, 'README.md'), 'read me');
  execFileSync('tar', ['-czf', join(dir, 'archive.tar.gz'), '-C', dir, name]);
  const archive = readFileSync(join(dir, 'archive.tar.gz'));
  release = {
    version: '9.9.9',
    archive: `${name}.tar.gz`,
    sha256: createHash('sha256').update(archive).digest('hex'),
  };
  server = createServer((request, response) => {
    requested.push(request.url);
    if (request.url.startsWith('/mirror/v9.9.9/')) response.end(archive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${server.address().port}/mirror/`;
});
after(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const target = (name) => join(dir, name, 'nats-server');

test('downloads, checks and unpacks the program from a mirror', async () => {
  await downloadNats({ targetFile: target('good'), baseUrl, release });
  assert.equal(requested.at(-1), '/mirror/v9.9.9/nats-server-v9.9.9-test.tar.gz');
  assert.equal(readFileSync(target('good'), 'utf8'), program);
  assert.ok(statSync(target('good')).mode & 0o100);
  assert.deepEqual(readdirSync(join(dir, 'good')), ['nats-server']);
});

test('refuses an archive with another checksum, and leaves nothing', async () => {
  const other = { ...release, sha256: '0'.repeat(64) };
  await assert.rejects(downloadNats({ targetFile: target('bad'), baseUrl, release: other }), /SHA-256/);
  assert.equal(existsSync(target('bad')), false);
  assert.deepEqual(readdirSync(join(dir, 'bad')), []);
});

test('says so when the mirror has no such release, or cannot be reached', async () => {
  const missing = { ...release, version: '1.0.0' };
  await assert.rejects(
    downloadNats({ targetFile: target('none'), baseUrl, release: missing }),
    /answered 404/,
  );
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  await assert.rejects(
    downloadNats({ targetFile: target('none'), baseUrl: nowhere, release }),
    /cannot be reached/,
  );
});

test('a release is pinned for each supported platform', () => {
  for (const platform of ['linux', 'darwin']) {
    for (const arch of ['x64', 'arm64']) assert.match(releaseFor(platform, arch).sha256, /^[0-9a-f]{64}$/);
  }
  assert.equal(releaseFor('sunos', 'x64'), undefined);
});
