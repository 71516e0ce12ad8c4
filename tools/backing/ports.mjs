import { createServer, connect } from 'node:net';

const listens = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });

/** A port of `host` that is free now: `preferredPort` if it can be had, else any. */
export async function freePort(preferredPort = 0, host = '127.0.0.1') {
  const port = (await listens(preferredPort, host)) ?? (await listens(0, host));
  if (port === undefined) throw new Error(`cannot listen on ${host}`);
  return port;
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
