/**
 * All vendors in one process, told what to do over IPC: {do: 'listen', tls?} answers with the ports, 'run' sets what
 * follows, 'collect' gives the journal since the last time and how late the process itself was.
 */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Journal } from './journal.mjs';
import { Model } from './model.mjs';
import { acceptListener } from './transcriber.mjs';
import { Voice } from './voice.mjs';

const journal = new Journal();
let run = { script: 'airline', noise: false, seed: 1 };
const context = { runOf: () => run, journal, sessions: new Set() };
const model = new Model(context);
const voice = new Voice(context);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

async function listen(tls) {
  const create = (onRequest) => {
    const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
    server.keepAliveTimeout = 120_000;
    return server;
  };
  const servers = {
    transcriber: create((_, response) => response.writeHead(404).end()),
    model: create((request, response) => void model.answer(request, response)),
    voice: create((request, response) => void voice.answer(request, response)),
  };
  servers.transcriber.on('upgrade', (request, socket) => acceptListener(request, socket, context));
  const ports = {};
  for (const [name, server] of Object.entries(servers)) {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
    ports[name] = server.address().port;
  }
  return ports;
}

const doers = {
  listen: ({ tls }) => listen(tls),
  run: ({ settings }) => {
    run = { script: 'airline', noise: false, seed: 1, ...settings };
  },
  collect: () => {
    const lateP99Ms = delay.percentile(99) / 1e6;
    delay.reset();
    return { lines: journal.take(), lateP99Ms, sessions: context.sessions.size };
  },
};

process.on('message', async (message) => {
  process.send({ id: message.id, answer: await doers[message.do](message) });
});
process.on('disconnect', () => process.exit());
