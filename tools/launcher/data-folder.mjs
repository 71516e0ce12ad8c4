import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { unprivilegedAccount } from '../backing/postgres.mjs';
import { privateTempDir } from '../backing/private-temp-dir.mjs';
import { newApiKey } from './api-key.mjs';

const markerName = '.parley-data';
/** All that this project ever makes in a data folder; `--fresh` removes these and nothing else. */
const ownEntries = ['postgres', 'nats', 'sandbox', 'logs', 'secrets.json', 'run.json'];

/**
 * Makes the data folder, or checks that it is one of ours.
 * @throws Error when the folder holds files that this project did not make.
 */
export function openDataFolder(dir) {
  const exists = existsSync(dir);
  const isOurs = existsSync(join(dir, markerName));
  if (exists && !isOurs && readdirSync(dir).length > 0) {
    throw new Error(
      `${dir} is not empty and was not made by Parley; name another one (PARLEY_DATA_DIR in .env)`,
    );
  }
  mkdirSync(dir, { recursive: true });
  // Postgres may have to run under another account and pass through; the files themselves are closed.
  chmodSync(dir, process.getuid() === 0 ? 0o711 : 0o700);
  if (!isOurs)
    writeFileSync(join(dir, markerName), 'Made by Parley. `npm start -- --fresh` empties this folder.\n');
  mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o700 });
  return { dir, postgresDir: postgresDirOf(dir), logsDir: join(dir, 'logs') };
}

/** Where the account of Postgres cannot reach the data folder, its files lie outside. */
function postgresDirOf(dir) {
  const account = unprivilegedAccount();
  const own = join(dir, 'postgres');
  if (!account) return own;
  try {
    execFileSync('/bin/sh', ['-c', 'test -x "$0"', dir], {
      stdio: 'ignore',
      cwd: '/',
      uid: account.uid,
      gid: account.gid,
    });
    return own;
  } catch {
    return join(
      privateTempDir(),
      `postgres-data-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`,
    );
  }
}

/** Removes what earlier runs made. Everything else in the folder stays. */
export function emptyDataFolder({ dir, postgresDir, logsDir }) {
  for (const name of ownEntries) rmSync(join(dir, name), { recursive: true, force: true });
  rmSync(postgresDir, { recursive: true, force: true });
  mkdirSync(logsDir, { recursive: true, mode: 0o700 });
}

const password = () => randomBytes(24).toString('base64url');
const key = () => randomBytes(32).toString('base64');

/** The keys and passwords of this installation, made at the first start (mode 0600). */
export function readSecrets({ dir }) {
  const file = join(dir, 'secrets.json');
  const made = {
    apiKey: newApiKey(),
    secretsKeys: `k1:${key()}`,
    mediaTokenKey: key(),
    postgresPassword: password(),
    natsPassword: password(),
    sandboxKey: password(),
    sandboxAccountSid: `AC${randomBytes(16).toString('hex')}`,
    sandboxAuthToken: randomBytes(16).toString('hex'),
  };
  const secrets = existsSync(file) ? { ...made, ...JSON.parse(readFileSync(file, 'utf8')) } : made;
  writePrivately(file, JSON.stringify(secrets, undefined, 2));
  return secrets;
}

/** Replaces a file at once, readable by its owner alone. */
export function writePrivately(file, text) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
