import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from '../launcher/data-folder.mjs';

/** A new entry for SECRETS_KEYS. Its name says the day, and differs from all others. */
export function newKeyEntry(now = new Date()) {
  const name = `k${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`;
  return `${name}:${randomBytes(32).toString('base64')}`;
}

/** The names in a list of keys, the one that seals first. They are no secret. */
export const keyNames = (list) => list.split(',').map((entry) => entry.trim().split(':')[0]);

/** The keys of a system that the launcher runs: kept in its data folder, read when it starts. */
export class KeptKeys {
  constructor(dataDir) {
    this.file = join(dataDir, 'secrets.json');
  }

  /** The list, or undefined when no system was ever started with this folder. */
  read() {
    return existsSync(this.file) ? this.content().secretsKeys : undefined;
  }

  write(list) {
    writePrivately(this.file, JSON.stringify({ ...this.content(), secretsKeys: list }, undefined, 2));
  }

  content() {
    return JSON.parse(readFileSync(this.file, 'utf8'));
  }
}
