import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { freePort } from '../backing/ports.mjs';
import { createEdge } from './edge.mjs';

const closers = [];
after(() => Promise.all(closers.map((close) => close())));

async function upstream(handler) {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

async function edgeTo(gatewayUrl, mediaUrl = gatewayUrl) {
  const edge = createEdge({ host: '127.0.0.1', port: 0, gatewayUrl, mediaUrl });
  const port = await edge.listen();
  closers.push(edge.close);
  return port;
}

test('passes a request on with its body, and says who asked', async () => {
  const { url } = await upstream((req, res) => {
    const pieces = [];
    req.on('data', (piece) => pieces.push(piece));
    req.on('end', () => {
      res.writeHead(201, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] });
      res.end(
        JSON.stringify({
          method: req.method,
          url: req.url,
          headers: req.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
  });
  const port = await edgeTo(url);
  const response = await fetch(`http://127.0.0.1:${port}/v1/calls?id=1%2F2`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'x-twilio-signature': 's', 'x-forwarded-proto': 'https' },
  });
  const seen = await response.json();
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('x-answer'), 'yes');
  assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/v1/calls?id=1%2F2', '{"a":1}']);
  assert.equal(seen.headers['x-twilio-signature'], 's');
  assert.equal(seen.headers['x-forwarded-proto'], 'https');
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen.headers.host, `127.0.0.1:${port}`);
});

test('a POST without a body stays one', async () => {
  const { url } = await upstream((req, res) => res.end(JSON.stringify(req.headers)));
  const port = await edgeTo(url);
  const seen = await (await fetch(`http://127.0.0.1:${port}/v1/calls/end`, { method: 'POST' })).json();
  assert.equal(seen['content-length'], '0');
  assert.equal(seen['transfer-encoding'], undefined);
});

test('a body whose length is said to end at the edge does not become a second request', async () => {
  const seen = [];
  const { url } = await upstream(async (req, res) => {
    let body = '';
    for await (const piece of req) body += piece;
    seen.push([req.url, body]);
    res.end();
  });
  const port = await edgeTo(url);
  const socket = connect(port, '127.0.0.1');
  const body = 'GET /second HTTP/1.1\r\nHost: x\r\n\r\n';
  const head = ['POST /first HTTP/1.1', 'Host: x', 'Connection: close, content-length'];
  socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'));
  socket.resume();
  await once(socket, 'close');
  await fetch(`http://127.0.0.1:${port}/last`);
  assert.deepEqual(seen, [
    ['/first', body],
    ['/last', ''],
  ]);
});

test('streams: the first piece of an answer arrives before the last is sent', async () => {
  let finish;
  const { url } = await upstream((_req, res) => {
    res.write('first');
    finish = () => res.end('last');
  });
  const port = await edgeTo(url);
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const reader = response.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'first');
  finish();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'last');
});

test('streams: a body reaches the gateway piece by piece', async () => {
  const { url } = await upstream((req, res) => req.once('data', (piece) => res.end(`got ${piece}`)));
  const port = await edgeTo(url);
  const sent = request({ port, host: '127.0.0.1', method: 'POST' });
  sent.on('error', () => {});
  sent.write('first');
  const [response] = await once(sent, 'response');
  const [piece] = await once(response, 'data');
  assert.equal(piece.toString(), 'got first');
  sent.destroy();
});

test('a body above the limit of the gateway gets its refusal, whatever its size', async () => {
  let asked = 0;
  const { url } = await upstream((req, res) => {
    asked++;
    req.resume().once('end', () => res.end('taken'));
  });
  const port = await edgeTo(url);
  const send = (bytes) => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: Buffer.alloc(bytes) });
  assert.equal((await send(512 * 1024)).status, 200);
  for (const bytes of [512 * 1024 + 1, 8_000_000]) {
    const refused = await send(bytes);
    assert.deepEqual([refused.status, await refused.json()], [413, { detail: 'Request body is too large' }]);
  }
  assert.equal(asked, 1);
});

test('answers 502 as JSON while the gateway is away', async () => {
  const port = await edgeTo(`http://127.0.0.1:${await freePort()}`);
  const response = await fetch(`http://127.0.0.1:${port}/v1/calls`);
  assert.equal(response.status, 502);
  assert.equal(typeof (await response.json()).detail, 'string');
});

async function upgrade(port, path) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Twilio-Signature: s\r\n\r\n`,
  );
  return socket;
}

test('pipes a media socket both ways, with its headers', async () => {
  const media = await upstream();
  media.server.on('upgrade', (req, socket) => {
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nSeen: ${req.url} ${req.headers['x-twilio-signature']}\r\n\r\n`,
    );
    socket.on('data', (data) => socket.write(`echo ${data}`));
  });
  const port = await edgeTo(`http://127.0.0.1:${await freePort()}`, media.url);
  const socket = await upgrade(port, '/media/token');
  const [answer] = await once(socket, 'data');
  assert.match(answer.toString(), /^HTTP\/1.1 101 [^]*Seen: \/media\/token s\r\n/);
  socket.write('frame');
  assert.equal((await once(socket, 'data'))[0].toString(), 'echo frame');
  socket.destroy();
});

test('passes on the refusal of a media socket', async () => {
  const media = await upstream();
  media.server.on('upgrade', (_req, socket) =>
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'),
  );
  const port = await edgeTo(media.url, media.url);
  const [answer] = await once(await upgrade(port, '/media/token'), 'data');
  assert.match(answer.toString(), /^HTTP\/1.1 403 /);
});

test('closes the media side when the carrier is gone', async () => {
  const media = await upstream();
  const gone = new Promise((resolve) => {
    media.server.on('upgrade', (_req, socket) => {
      socket.on('error', () => {});
      socket.on('end', () => socket.end(resolve));
      socket.resume();
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
  });
  const port = await edgeTo(media.url, media.url);
  const socket = await upgrade(port, '/media/token');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await gone;
});

test('answers 502 while media is away, and 404 to other sockets', async () => {
  const port = await edgeTo(`http://127.0.0.1:${await freePort()}`);
  const [away] = await once(await upgrade(port, '/media/token'), 'data');
  assert.match(away.toString(), /^HTTP\/1.1 502 /);
  const [other] = await once(await upgrade(port, '/other'), 'data');
  assert.match(other.toString(), /^HTTP\/1.1 404 /);
});
