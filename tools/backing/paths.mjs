import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. Everything that the tools make goes into `cacheDir` (may be deleted) or into the data folder. */
export const checkoutDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const cacheDir = join(checkoutDir, '.cache');
