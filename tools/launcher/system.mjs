import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findEspeak } from '../backing/espeak.mjs';
import { startNats } from '../backing/nats.mjs';
import { checkoutDir } from '../backing/paths.mjs';
import { freePort } from '../backing/ports.mjs';
import { startPostgres } from '../backing/postgres.mjs';
import { run } from '../backing/processes.mjs';
import { checkDatabase, checkNats } from './named-servers.mjs';
import { keyNames } from '../admin/secrets-keys.mjs';
import { RunFile } from './run-file.mjs';
import { describeServices, portNames, toolEnvironment, usesSandbox } from './services.mjs';
import { withoutPassword } from './settings.mjs';
import { SupervisedService, waitUntilHealthy } from './supervisor.mjs';

const defaultPort = 8080;

/** The whole running system: what was started, in the order of its start, and how it is stopped. */
export class System {
  constructor({ plan, folder, secrets, progress, describe = describeServices, build = buildAll }) {
    Object.assign(this, { plan, folder, secrets, progress, describe, build });
    this.runFile = new RunFile(folder.dir);
    this.abort = new AbortController();
    this.backing = [];
    this.services = [];
  }

  /** Starts everything, step by step, until all of it is healthy. */
  async start() {
    const { step } = this.progress;
    await step('Postgres', () => this.openDatabase());
    await step('NATS', () => this.openNats());
    if (usesSandbox(this.plan)) await step('voices for the sandbox', () => this.findVoices());
    await step('build', () => this.build(this.abort.signal));
    await this.choosePorts();
    this.services = this.describe({ ...this, dataDir: this.folder.dir });
    await step(`migrate ${withoutPassword(this.databaseUrl)}`, () => this.migrate());
    await step(`start ${this.services.map(({ name }) => name).join(', ')}`, () => this.startServices());
  }

  stopIfAsked() {
    this.abort.signal.throwIfAborted();
  }

  logFile(name) {
    return join(this.folder.logsDir, `${name}.log`);
  }

  async openDatabase() {
    const { settings } = this.plan;
    if (settings.DATABASE_URL) {
      this.databaseUrl = settings.DATABASE_URL;
      this.schemaPrefix = settings.SCHEMA_PREFIX ?? 'parley_';
      await checkDatabase(this.databaseUrl);
      return `${withoutPassword(this.databaseUrl)} (named in .env; schemas ${this.schemaPrefix}*)`;
    }
    this.postgres = await startPostgres({
      dataDir: this.folder.postgresDir,
      password: this.secrets.postgresPassword,
      logFile: this.logFile('postgres'),
      onNotice: this.progress.notice,
    });
    this.keep('postgres', this.postgres, this.folder.postgresDir);
    this.schemaPrefix = settings.SCHEMA_PREFIX ?? '';
    this.databaseUrl = await createDatabase(this.postgres.url, 'parley');
    return `own, on port ${this.postgres.port} (${this.postgres.origin})`;
  }

  async openNats() {
    this.stopIfAsked();
    const { settings } = this.plan;
    if (settings.NATS_URL) {
      this.natsUrl = settings.NATS_URL;
      await checkNats(this.natsUrl);
      return `${withoutPassword(this.natsUrl)} (named in .env)`;
    }
    const dataDir = join(this.folder.dir, 'nats');
    const nats = await startNats({
      ...{ dataDir, settings, password: this.secrets.natsPassword, logFile: this.logFile('nats') },
      onNotice: this.progress.notice,
    });
    this.keep('nats', nats, dataDir);
    this.natsUrl = nats.url;
    return `own, on port ${nats.port} (${nats.origin})`;
  }

  /** Notes something that was started, so that it is stopped at the end, by us or by the next start. */
  keep(name, server, path) {
    this.backing.push({ name, ...server });
    this.runFile.addProcess(name, server.pid, path);
    void server.exited.then(() => {
      if (this.abort.signal.aborted || this.isStopping) return;
      this.progress.line(
        `${name} ended by itself: everything depends on it, so all is stopped (see ${this.logFile(name)})`,
      );
      this.onFatal?.();
    });
  }

  async findVoices() {
    this.stopIfAsked();
    this.espeakPath = await findEspeak({ settings: this.plan.settings, onNotice: this.progress.notice });
    return this.espeakPath ?? 'no espeak-ng here: tones only';
  }

  async choosePorts() {
    const wanted = Number(this.plan.settings.PARLEY_PORT ?? defaultPort);
    this.ports = { edge: await freePort(wanted) };
    if (this.ports.edge !== wanted)
      this.progress.notice(`port ${wanted} is in use: taking ${this.ports.edge}`);
    for (const name of portNames) this.ports[name] = await freePort();
  }

  async migrate() {
    for (const { name, migrateArgs, env } of this.services) {
      if (migrateArgs === undefined) continue;
      this.stopIfAsked();
      const { signal } = this.abort;
      await run(process.execPath, migrateArgs, { env, cwd: checkoutDir, signal }).catch((error) => {
        throw new Error(`migrating ${name}: ${error.message}`, { cause: error });
      });
    }
  }

  async startServices() {
    this.stopIfAsked();
    mkdirSync(join(this.folder.dir, 'sandbox'), { recursive: true, mode: 0o700 });
    const { ports, secrets, plan } = this;
    this.runFile.set({
      url: `http://127.0.0.1:${ports.edge}`,
      apiKey: plan.settings.BOOTSTRAP_API_KEY ?? secrets.apiKey,
      ...(usesSandbox(plan) && {
        sandboxControlUrl: `http://127.0.0.1:${ports.control}`,
        sandboxReceiverUrl: `http://127.0.0.1:${ports.receiver}`,
      }),
      databaseUrl: this.databaseUrl,
      schemaPrefix: this.schemaPrefix,
      secretsKeyNames: keyNames(plan.settings.SECRETS_KEYS ?? secrets.secretsKeys),
      natsUrl: this.natsUrl,
      logFiles: Object.fromEntries(this.services.map(({ name }) => [name, this.logFile(name)])),
    });
    for (const service of this.services) {
      service.supervised = new SupervisedService({
        ...service,
        ...{ cwd: checkoutDir, logFile: this.logFile(service.name), onNotice: this.progress.line },
        onStarted: (name, pid) => this.runFile.addProcess(name, pid, service.args[0]),
      });
      service.supervised.start();
    }
    await waitUntilHealthy(this.services, { signal: this.abort.signal });
    for (const { supervised } of this.services) supervised.watch();
  }

  /** Stops what was started, the last first, Postgres and NATS at the end. */
  async close() {
    this.isStopping = true;
    this.abort.abort(new Error('stopped'));
    for (const { supervised } of this.services.toReversed()) await supervised?.stop();
    for (const server of this.backing.toReversed()) await server.close();
    this.runFile.remove();
  }

  /** Ends everything at once. */
  kill() {
    this.abort.abort(new Error('stopped'));
    for (const { supervised } of this.services) supervised?.kill();
    for (const { name, child } of this.backing) child.kill(name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
  }
}

/** nx leaves out what its cache has. */
const buildAll = (signal) =>
  run('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
    ...{ cwd: checkoutDir, env: toolEnvironment(), timeoutMs: 600_000, signal },
  });

async function createDatabase(serverUrl, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
