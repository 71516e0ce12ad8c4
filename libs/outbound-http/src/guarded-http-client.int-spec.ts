import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect as connectSocket, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { once } from 'node:events';
import { AppError } from '@parley/kernel';
import fc from 'fast-check';
import type { buildConnector } from 'undici';
import { guardedConnector } from './guarded-connector';
import { GuardedHttpClient } from './guarded-http-client';
import type { GuardedHttpClientOptions, GuardedRequest } from './guarded-http-client';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

function client(options: GuardedHttpClientOptions = {}) {
  const made = new GuardedHttpClient(options);
  open.push(made);
  return made;
}

/** Counts who connects, on IPv4 and IPv6 loopback alike, and answers as told. */
async function listener(handler: RequestListener = (_request, response) => void response.end('ok')) {
  const server = createServer(handler);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await listenOn(server, '::');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { port, host, url: `http://${host}`, connections: () => connections };
}

async function listenOn(server: Server | TcpServer, address: string): Promise<void> {
  server.listen(0, address);
  await once(server, 'listening');
  open.push({
    close: () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    },
  });
}

async function codeOf(running: Promise<unknown>): Promise<string> {
  return running.then(
    () => 'none',
    (error: unknown) => AppError.from(error).code,
  );
}

const get = (url: string, more: Partial<GuardedRequest> = {}): GuardedRequest => ({
  url,
  method: 'GET',
  timeoutMs: 2_000,
  ...more,
});

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.9.8.7',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0X7F.0x0.0x0.0x1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '%31%32%37.0.0.1',
    '169.254.169.254',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '[fd00::1]',
    '[fe80::1]',
  ])('%s is blocked before a connection is made', async (hostname) => {
    const canary = await listener();
    expect(await codeOf(client().request(get(`http://${hostname}:${canary.port}/`)))).toBe(
      'HTTP.BLOCKED_ADDRESS',
    );
    expect(canary.connections()).toBe(0);
  });

  it('no spelling of a loopback address gets through', async () => {
    const canary = await listener();
    const guarded = client();
    const part = (value: number) =>
      fc.constantFrom(
        String(value),
        `0x${value.toString(16)}`,
        `0${value.toString(8)}`,
        `0x0${value.toString(16)}`,
      );
    const byte = fc.nat(255).chain(part);
    const dotted = fc.tuple(part(127), byte, byte, byte).map((parts) => parts.join('.'));
    const short = fc.tuple(part(127), fc.nat(0xffffff).chain(part)).map((parts) => parts.join('.'));
    const mapped = fc.tuple(fc.nat(255), fc.nat(255)).map(([c, d]) => `[::ffff:127.0.${c}.${d}]`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(dotted, short, mapped), async (hostname) => {
        expect(await codeOf(guarded.request(get(`http://${hostname}:${canary.port}/`)))).toBe(
          'HTTP.BLOCKED_ADDRESS',
        );
      }),
      { numRuns: 300 },
    );
    expect(canary.connections()).toBe(0);
  });

  it.each([
    ['one private address', ['127.0.0.1']],
    ['a private one among public ones', ['93.184.216.34', '127.0.0.1']],
    ['a mapped private one', ['::ffff:127.0.0.1']],
    ['none', []],
  ])('a name with %s is blocked', async (_, addresses) => {
    const canary = await listener();
    const guarded = client({ resolve: () => Promise.resolve(addresses) });
    expect(await codeOf(guarded.request(get(`http://rebind.example:${canary.port}/`)))).toBe(
      'HTTP.BLOCKED_ADDRESS',
    );
    expect(canary.connections()).toBe(0);
  });

  it('a name that turns private is resolved once for each connection, and blocked then', async () => {
    const canary = await listener();
    const answers = [['203.0.114.1'], ['127.0.0.1']];
    let lookups = 0;
    const guarded = client({
      connectTimeoutMs: 50,
      resolve: () => Promise.resolve(answers[Math.min(lookups++, 1)] ?? []),
    });
    const url = `http://rebind.example:${canary.port}/`;
    const first = await codeOf(guarded.request(get(url, { timeoutMs: 100 })));
    expect(['HTTP.TIMEOUT', 'HTTP.CONNECT']).toContain(first);
    expect(lookups).toBe(1);
    expect(await codeOf(guarded.request(get(url)))).toBe('HTTP.BLOCKED_ADDRESS');
    expect(canary.connections()).toBe(0);
  });

  it('a socket that ends up at a private address is dropped, and nothing is written to it', async () => {
    const received: Buffer[] = [];
    const server = createTcpServer((socket) => void socket.on('data', (data) => received.push(data)));
    await listenOn(server, '127.0.0.1');
    const { port } = server.address() as AddressInfo;
    let made: Socket | undefined;
    const build: typeof buildConnector = () => (_target, callback) => {
      made = connectSocket(port, '127.0.0.1', () => callback(null, made!));
    };
    const connector = guardedConnector({
      allowedHosts: new Set(),
      resolve: () => Promise.resolve(['93.184.216.34']),
      connectTimeoutMs: 1_000,
      build,
    });
    const target = { hostname: 'public.example', protocol: 'http:', port: '80' };
    const error = await new Promise<Error | null>((resolve) =>
      connector(target, (...[failed]) => resolve(failed)),
    );
    expect(AppError.from(error).code).toBe('HTTP.BLOCKED_ADDRESS');
    expect(made!.destroyed).toBe(true);
    expect(received).toEqual([]);
  });

  it('an allowed host and port passes, another port of that host does not', async () => {
    const allowed = await listener();
    const other = await listener();
    const guarded = client({ allowedHosts: [allowed.host] });
    expect((await guarded.request(get(allowed.url))).status).toBe(200);
    expect(await codeOf(guarded.request(get(other.url)))).toBe('HTTP.BLOCKED_ADDRESS');
    expect(await codeOf(guarded.request(get(`http://localhost:${allowed.port}/`)))).not.toBe('none');
    expect(other.connections()).toBe(0);
  });

  it('an allowed name is looked up by the system', async () => {
    const { port } = await listener();
    const guarded = client({
      allowedHosts: [`LocalHost:${port}`],
      resolve: () => Promise.reject(new Error('no')),
    });
    expect((await guarded.request(get(`http://localhost:${port}/`))).status).toBe(200);
  });

  it('an allowed IPv6 literal is written in brackets', async () => {
    const { port } = await listener();
    const guarded = client({ allowedHosts: [`[::1]:${port}`] });
    expect((await guarded.request(get(`http://[::1]:${port}/`))).status).toBe(200);
    expect(() => new GuardedHttpClient({ allowedHosts: ['localhost'] })).toThrow('host:port');
  });

  it('a name that does not resolve says so', async () => {
    const guarded = client({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await codeOf(guarded.request(get('http://nowhere.example/')))).toBe('HTTP.UNKNOWN_HOST');
  });
});

describe('URLs', () => {
  it.each([
    'nonsense',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'http://user@example.com/',
    'http://user:pass@example.com/',
    'http://example.com:22/',
    'https://example.com:25/',
  ])('%s is refused', async (url) => {
    expect(await codeOf(client().request(get(url)))).toBe('HTTP.BAD_URL');
  });
});

describe('answers', () => {
  it('sends method, path, query, headers and body as given', async () => {
    const seen: unknown[] = [];
    const receiver = await listener((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push([method, url, headers['x-a'], headers.host, Buffer.concat(chunks).toString()]);
        response.writeHead(201, { 'x-b': ['1', '2'] }).end('made');
      });
    });
    const answer = await client({ allowedHosts: [receiver.host] }).request({
      url: `${receiver.url}/p/a?q=%20x`,
      method: 'POST',
      headers: { 'x-a': 'one' },
      body: '{"ü":1}',
      timeoutMs: 2_000,
    });
    expect(seen).toEqual([['POST', '/p/a?q=%20x', 'one', receiver.host, '{"ü":1}']]);
    expect(answer).toMatchObject({ status: 201, truncated: false });
    expect([answer.headers['x-b'], answer.body.toString()]).toEqual(['1, 2', 'made']);
    expect(answer.durationMs).toBeGreaterThan(0);
  });

  it('a redirect is an answer, not a way', async () => {
    const target = await listener();
    const receiver = await listener((_request, response) => {
      response.writeHead(308, { location: target.url }).end();
    });
    const guarded = client({ allowedHosts: [receiver.host, target.host] });
    expect((await guarded.request(get(receiver.url))).status).toBe(308);
    expect(target.connections()).toBe(0);
  });

  it('uses a connection again', async () => {
    const receiver = await listener();
    const guarded = client({ allowedHosts: [receiver.host] });
    for (let count = 0; count < 20; count++) await guarded.request(get(receiver.url));
    // The second request may start before the first connection is free again.
    expect(receiver.connections()).toBeLessThanOrEqual(2);
  });

  it('reads no more than the cap of a body without end, and goes on working', async () => {
    const receiver = await listener((request, response) => {
      const write = () => {
        while (response.write(Buffer.alloc(16_384, 'x')));
      };
      response.on('drain', write);
      if (request.url === '/small') response.end('small');
      else write();
    });
    const guarded = client({ allowedHosts: [receiver.host] });
    const answer = await guarded.request(get(receiver.url, { maxResponseBytes: 1_000_000 }));
    expect([answer.status, answer.body.length, answer.truncated]).toEqual([200, 65_536, true]);
    const short = await guarded.request(get(receiver.url, { maxResponseBytes: 10 }));
    expect([short.body.length, short.truncated]).toEqual([10, true]);
    expect((await guarded.request(get(`${receiver.url}/small`))).body.toString()).toBe('small');
  });

  it('a body of exactly the cap is whole', async () => {
    const receiver = await listener((_request, response) => void response.end(Buffer.alloc(65_536)));
    const answer = await client({ allowedHosts: [receiver.host] }).request(get(receiver.url));
    expect([answer.body.length, answer.truncated]).toEqual([65_536, false]);
  });
});

describe('deadlines and failures', () => {
  it.each<[string, RequestListener]>([
    ['headers that never come', () => undefined],
    ['a body that never ends', (_request, response) => void response.write('a')],
    [
      'a body that drips',
      (_request, response) => {
        const timer = setInterval(() => response.write('a'), 10);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s end at the deadline', async (_, handler) => {
    const receiver = await listener(handler);
    const guarded = client({ allowedHosts: [receiver.host] });
    expect(await codeOf(guarded.request(get(receiver.url, { timeoutMs: 80 })))).toBe('HTTP.TIMEOUT');
  });

  it('a look-up that hangs ends at the deadline', async () => {
    const guarded = client({ resolve: () => new Promise(() => undefined), connectTimeoutMs: 100 });
    expect(await codeOf(guarded.request(get('http://slow.example/', { timeoutMs: 50 })))).toBe(
      'HTTP.TIMEOUT',
    );
  });

  it('a TLS handshake that hangs ends at the deadline', async () => {
    const server = createTcpServer();
    await listenOn(server, '127.0.0.1');
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const guarded = client({ allowedHosts: [host], connectTimeoutMs: 100 });
    expect(await codeOf(guarded.request(get(`https://${host}/`, { timeoutMs: 60 })))).toBe('HTTP.TIMEOUT');
    sockets.forEach((socket) => socket.destroy());
  });

  it('tells a refused connection, a broken one, garbage and plain text from one another', async () => {
    const closed = createTcpServer();
    await listenOn(closed, '127.0.0.1');
    const free = (closed.address() as AddressInfo).port;
    closed.close();
    const resetting = createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    const garbage = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end('nonsense\r\n\r\n'));
    });
    await listenOn(resetting, '127.0.0.1');
    await listenOn(garbage, '127.0.0.1');
    const hostOf = (server: TcpServer) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const allowedHosts = [`127.0.0.1:${free}`, hostOf(resetting), hostOf(garbage)];
    const guarded = client({ allowedHosts });
    const codes = await Promise.all(
      [
        `http://127.0.0.1:${free}`,
        `http://${hostOf(resetting)}`,
        `http://${hostOf(garbage)}`,
        `https://${hostOf(garbage)}`,
      ].map((url) => codeOf(guarded.request(get(url)))),
    );
    expect(codes).toEqual(['HTTP.CONNECT', 'HTTP.CONNECTION_LOST', 'HTTP.BAD_RESPONSE', 'HTTP.TLS']);
  });

  it('stops when its caller does', async () => {
    const receiver = await listener(() => undefined);
    const abort = new AbortController();
    const guarded = client({ allowedHosts: [receiver.host] });
    const running = codeOf(guarded.request(get(receiver.url, { signal: abort.signal })));
    abort.abort();
    expect(await running).toBe('HTTP.ABORTED');
  });
});
