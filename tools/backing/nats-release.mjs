import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './processes.mjs';
import { natsReleases } from './nats-releases.mjs';

const publicAddress = 'https://github.com/nats-io/nats-server/releases/download';

/** The official release that is pinned for a platform; undefined where there is none. */
export const releaseFor = (platform = process.platform, arch = process.arch) =>
  natsReleases[`${platform}-${arch}`];

/**
 * Downloads the pinned release of nats-server, checks its SHA-256 and unpacks the binary to `targetFile`.
 * `baseUrl`: a mirror with the layout of the public address, `<baseUrl>/v<version>/<archive>`.
 * @throws Error when the archive cannot be had or is not the pinned one; nothing is left behind then.
 */
export async function downloadNats({ targetFile, baseUrl = publicAddress, release = releaseFor() }) {
  if (release === undefined) throw new Error(`no pinned release for ${process.platform}-${process.arch}`);
  const url = `${baseUrl.replace(/\/+$/, '')}/v${release.version}/${release.archive}`;
  mkdirSync(dirname(targetFile), { recursive: true });
  const workDir = mkdtempSync(join(dirname(targetFile), '.download-'));
  try {
    const archive = join(workDir, release.archive);
    await fetchTo(url, archive);
    const sha256 = await sha256OfFile(archive);
    if (sha256 !== release.sha256)
      throw new Error(`${url} has SHA-256 ${sha256}, expected ${release.sha256}`);
    await run('tar', ['-xzf', archive, '-C', workDir, '--strip-components=1']);
    const binary = join(workDir, 'nats-server');
    readFileSync(binary, { flag: 'r' });
    renameSync(binary, targetFile);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

async function fetchTo(url, file) {
  let response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  } catch (error) {
    throw new Error(`${url} cannot be reached (${error.cause?.code ?? error.message})`, { cause: error });
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  await writeFile(file, response.body);
}

async function sha256OfFile(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
