/**
 * Postgres for one run of tests, in a process of its own: it lives as long as its parent does, so that it ends with the
 * test runner however that ends (jest skips its teardown on Ctrl-C). NATS is only found: each spec file starts its own,
 * since streams have fixed names. Started by backing-services.setup.mjs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNats } from '../backing/nats.mjs';
import { checkoutDir } from '../backing/paths.mjs';
import { startPostgres } from '../backing/postgres.mjs';
import { readEnvFile } from '../launcher/env-file.mjs';

const { values: settings } = readEnvFile(join(checkoutDir, '.env'));
const databaseUrl = process.env.TEST_DATABASE_URL || settings.TEST_DATABASE_URL || settings.DATABASE_URL;
// Not under the checkout: Postgres, which drops root's rights, must be able to go there.
const dir = mkdtempSync(join(tmpdir(), 'parley-test-'));
const password = 'for-tests-on-loopback-only';
const started = [];
let closing;

const close = () =>
  (closing ??= Promise.allSettled(started.map((service) => service.close())).then(() => {
    rmSync(dir, { recursive: true, force: true });
    process.exit(0);
  }));

process.on('disconnect', close);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const startDatabase = async () => {
  if (databaseUrl) return databaseUrl;
  const dataDir = join(dir, 'postgres');
  const server = await startPostgres({
    ...{ dataDir, password, logFile: join(dir, 'postgres.log'), isThrowaway: true },
  });
  started.push(server);
  return server.url;
};

const results = await Promise.allSettled([startDatabase(), findNats({ settings })]);
const failure = results.find((result) => result.status === 'rejected')?.reason;
if (failure) process.send?.({ failure: failure.message });
else process.send?.({ databaseUrl: results[0].value, natsBin: results[1].value.path });
if (failure || !process.connected) await close();
