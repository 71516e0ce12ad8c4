/**
 * The one public port: sockets under /media/ go to the media service, everything else to the gateway. Streams both
 * ways and keeps nothing. Settings: HOST, PORT, GATEWAY_URL, MEDIA_URL.
 */
import { Agent, createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

const isMain = process.argv[1] === import.meta.filename;
const upstreamTimeoutMs = 60_000;
const connectTimeoutMs = 5_000;
/** The gateway's own limit. It refuses without reading, which a sender in the midst of a body may see as a loss. */
const maxBodyBytes = 512 * 1024;
/** Headers that concern one connection only (RFC 9110, 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
];

/** Makes the edge; `listen()` resolves its port. */
export function createEdge({ host, port, gatewayUrl, mediaUrl }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const gateway = new URL(gatewayUrl);
  const media = new URL(mediaUrl);
  const tunnels = new Set();
  const server = createServer((request, response) => forward(request, response, gateway, agent));
  server.on('upgrade', (request, socket, head) => tunnel(request, socket, head, media, tunnels));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve(server.address().port));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        for (const socket of tunnels) socket.destroy();
        agent.destroy();
      }),
  };
}

function forwardedHeaders(request) {
  const named = (request.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const dropped = new Set([...hopByHop, ...named]);
  // Dropping it because the sender says so would make a second request of the body.
  dropped.delete('content-length');
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name)));
  return { ...headers, ...forwardedFor(request) };
}

/** Who asked, and for what, before this hop. A proxy in front of us has already said it: its words are kept. */
function forwardedFor(request) {
  const before = request.headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  return {
    'x-forwarded-for': before ? `${before}, ${peer}` : peer,
    'x-forwarded-proto': request.headers['x-forwarded-proto'] ?? 'http',
    'x-forwarded-host': request.headers['x-forwarded-host'] ?? request.headers.host ?? '',
  };
}

/** Reads the body to its end, else its sender would lose the answer. */
function refuseBody(request, response) {
  request.resume();
  request.once('end', () => {
    response.writeHead(413, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ detail: 'Request body is too large' }));
  });
}

function forward(request, response, target, agent) {
  if (Number(request.headers['content-length']) > maxBodyBytes) return refuseBody(request, response);
  const { method, url: path } = request;
  const options = {
    host: target.hostname,
    port: target.port,
    method,
    path,
    headers: forwardedHeaders(request),
    agent,
  };
  if (request.headers['transfer-encoding']) options.headers['transfer-encoding'] = 'chunked';
  else options.headers['content-length'] ??= '0';
  const upstream = httpRequest({ ...options, timeout: upstreamTimeoutMs });
  upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
  upstream.on('response', (answer) => {
    const headers = answer.rawHeaders.slice();
    for (let index = headers.length - 2; index >= 0; index -= 2) {
      if (hopByHop.includes(headers[index].toLowerCase())) headers.splice(index, 2);
    }
    response.writeHead(answer.statusCode, headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', () => {
    if (response.headersSent) return response.destroy();
    const body = JSON.stringify({ detail: 'The service is not available at the moment.' });
    response.writeHead(502, { 'content-type': 'application/json', connection: 'close' });
    response.end(body);
  });
  request.on('error', () => upstream.destroy());
  response.on('error', () => upstream.destroy());
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}

function tunnel(request, client, head, target, tunnels) {
  client.on('error', () => client.destroy());
  if (!request.url.startsWith('/media/')) {
    client.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const upstream = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
  const refuse = () => {
    if (upstream.bytesRead === 0 && client.writable) {
      client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    } else client.destroy();
  };
  upstream.setTimeout(connectTimeoutMs, () => upstream.destroy(new Error('no connection in time')));
  upstream.on('error', refuse);
  upstream.on('connect', () => {
    upstream.setTimeout(0);
    client.setTimeout(0);
    client.setNoDelay(true);
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      if (/^x-forwarded-/i.test(request.rawHeaders[index])) continue;
      lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
    }
    for (const [name, value] of Object.entries(forwardedFor(request))) lines.push(`${name}: ${value}`);
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ]) {
    tunnels.add(socket);
    socket.on('close', () => {
      tunnels.delete(socket);
      other.destroySoon();
    });
  }
}

if (isMain) {
  const { HOST: host = '127.0.0.1', PORT: port, GATEWAY_URL: gatewayUrl, MEDIA_URL: mediaUrl } = process.env;
  const edge = createEdge({ host, port: Number(port), gatewayUrl, mediaUrl });
  const stop = () => {
    setTimeout(() => process.exit(0), 2_000).unref();
    void edge.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ msg: 'ready', port: await edge.listen() })}\n`);
}
