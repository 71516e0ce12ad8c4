import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Before any spec: makes TEST_DATABASE_URL (a role that may create databases) name a
 * running server, the one that the environment or .env names, else one of this run's own, and TEST_NATS_BIN a nats-server.
 */
export default async function setup() {
  const holder = fork(join(import.meta.dirname, 'backing-services.mjs'), {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const said = await new Promise((resolve) => {
    holder.once('message', resolve);
    holder.once('error', (error) => resolve({ failure: error.message }));
    holder.once('exit', (code) => resolve({ failure: `the holder of the servers ended early (${code})` }));
  });
  if (said.failure) throw new Error(said.failure);
  process.env.TEST_DATABASE_URL = said.databaseUrl;
  process.env.TEST_NATS_BIN = said.natsBin;
  globalThis.parleyBackingServices = holder;
  holder.unref();
  holder.channel.unref();
}
