import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { readEnvFile } from '../launcher/env-file.mjs';
import { readRunFile } from '../launcher/run-file.mjs';
import { dataDirOf, withOverrides } from '../launcher/settings.mjs';
import { KeptKeys, keyNames } from './secrets-keys.mjs';

/** Something that the operator has to put right; its message says how. */
export class CannotRotate extends Error {}

/** The launcher's system of this checkout: its data folder, its keys, and whether they are named in .env. */
export function launchedSystem(ambient = process.env, envFile = join(checkoutDir, '.env')) {
  const settings = withOverrides(readEnvFile(envFile).values, ambient);
  const dataDir = dataDirOf(settings);
  const kept = new KeptKeys(dataDir);
  const named = settings.SECRETS_KEYS?.trim() || undefined;
  return { dataDir, kept, isNamedInEnv: named !== undefined, keys: named ?? kept.read() };
}

/**
 * What the programs need to reach the deployment's database with its keys: from the environment (DATABASE_URL and
 * SECRETS_KEYS), else of the system that the launcher runs.
 * @throws CannotRotate when there is none, or when it runs without the key that would seal.
 */
export function deploymentEnvironment(ambient = process.env, launched = () => launchedSystem(ambient)) {
  const { DATABASE_URL, SECRETS_KEYS, SCHEMA_PREFIX } = ambient;
  if (DATABASE_URL && SECRETS_KEYS)
    return { DATABASE_URL, SECRETS_KEYS, ...(SCHEMA_PREFIX && { SCHEMA_PREFIX }) };
  const { dataDir, keys } = launched();
  const run = readRunFile(dataDir);
  if (run?.databaseUrl === undefined || keys === undefined) {
    throw new CannotRotate(
      `No system runs with the data folder ${dataDir}. Start it, or set DATABASE_URL and SECRETS_KEYS.`,
    );
  }
  // Else the running services could not open what is resealed under their feet.
  const [sealing] = keyNames(keys);
  if (!run.secretsKeyNames?.includes(sealing)) {
    throw new CannotRotate(`The running system does not know the key ${sealing} yet: restart it first.`);
  }
  return { DATABASE_URL: run.databaseUrl, SECRETS_KEYS: keys, SCHEMA_PREFIX: run.schemaPrefix };
}
