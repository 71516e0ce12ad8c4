import { randomInt } from 'node:crypto';
import { createServer, connect } from 'node:net';

const listens = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

// Below what Linux and macOS give to outgoing connections: such a port could be taken between our look and its use, or
// while a service that had it starts again.
const firstPort = 20_000;
const portCount = 12_000;

/** A port of `host` that is free now: `preferredPort` if it can be had, else any. */
export async function freePort(preferredPort, host = '127.0.0.1') {
  if (preferredPort !== undefined && (await listens(preferredPort, host))) return preferredPort;
  for (let tries = 0; tries < 200; tries += 1) {
    const port = firstPort + randomInt(portCount);
    if (await listens(port, host)) return port;
  }
  throw new Error(`no free port on ${host}`);
}

/** Connects once and resolves the first bytes that the server sends; undefined when it cannot, or stays silent. */
export const greeting = (port, host = '127.0.0.1', timeoutMs = 500) =>
  new Promise((resolve) => {
    const socket = connect({ port, host });
    const finish = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(timeoutMs, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('data', (data) => finish(data.toString('latin1')));
  });
