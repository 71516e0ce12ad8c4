import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from './paths.mjs';

/**
 * A folder outside the checkout that other accounts can enter but not list or change: for root, whose checkout may
 * lie where the account of Postgres cannot go. One a checkout and user; survives a reboot.
 * @throws Error when somebody else already made it.
 */
export function privateTempDir() {
  const id = createHash('sha256').update(checkoutDir).digest('hex').slice(0, 12);
  const dir = join('/var/tmp', `parley-${process.getuid()}-${id}`);
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== process.getuid())
    throw new Error(`${dir} belongs to somebody else`);
  chmodSync(dir, 0o711);
  return dir;
}
