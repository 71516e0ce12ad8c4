import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../tools/backing/processes.mjs';

/**
 * A certificate for `localhost` that lives as long as the run, signed by itself: {key, cert, caFile}. Needs openssl.
 * @throws Error when there is none.
 */
export async function temporaryCertificate(dir) {
  const [keyFile, caFile] = [join(dir, 'vendors.key'), join(dir, 'vendors.crt')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    keyFile,
    '-out',
    caFile,
    ...subject,
  ]);
  return { key: readFileSync(keyFile), cert: readFileSync(caFile), caFile };
}
