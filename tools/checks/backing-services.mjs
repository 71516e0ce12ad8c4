/**
 * Postgres and NATS for one run of tests, in a process of its own: it lives as long as its parent does, so that they
 * end with the test runner however that ends (jest skips its teardown on Ctrl-C). Started by backing-services.setup.mjs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '../backing/nats.mjs';
import { checkoutDir } from '../backing/paths.mjs';
import { startPostgres } from '../backing/postgres.mjs';
import { readEnvFile } from '../launcher/env-file.mjs';

const { values: settings } = readEnvFile(join(checkoutDir, '.env'));
const databaseUrl = process.env.TEST_DATABASE_URL || settings.TEST_DATABASE_URL || settings.DATABASE_URL;
const natsUrl = process.env.TEST_NATS_URL || settings.TEST_NATS_URL || settings.NATS_URL;
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

const start = async (url, starter) => {
  if (url) return url;
  const service = await starter();
  started.push(service);
  return service.url;
};

const results = await Promise.allSettled([
  start(databaseUrl, () =>
    startPostgres({
      dataDir: join(dir, 'postgres'),
      password,
      logFile: join(dir, 'postgres.log'),
      isThrowaway: true,
    }),
  ),
  start(natsUrl, () =>
    startNats({ dataDir: join(dir, 'nats'), password, logFile: join(dir, 'nats.log'), settings }),
  ),
]);
const failure = results.find((result) => result.status === 'rejected')?.reason;
if (failure) process.send?.({ failure: failure.message });
else process.send?.({ databaseUrl: results[0].value, natsUrl: results[1].value });
if (failure || !process.connected) await close();
