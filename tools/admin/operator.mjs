import { join } from 'node:path';
import { checkoutDir } from '../backing/paths.mjs';
import { readEnvFile } from '../launcher/env-file.mjs';
import { readRunFile } from '../launcher/run-file.mjs';
import { dataDirOf, withOverrides } from '../launcher/settings.mjs';

/** Something that the operator has to put right; its message says how, on one line. */
export class OperatorError extends Error {}

/** The arguments were not understood; the usage is shown. */
export class UsageError extends Error {}

/**
 * Where the API is and the key to it: PARLEY_URL and PARLEY_API_KEY, else the system that the launcher runs.
 * @throws OperatorError when neither is there.
 */
export function findSystem(ambient = process.env, envFile = join(checkoutDir, '.env')) {
  const { PARLEY_URL, PARLEY_API_KEY } = ambient;
  if (PARLEY_URL && PARLEY_API_KEY) return { url: PARLEY_URL.replace(/\/+$/, ''), apiKey: PARLEY_API_KEY };
  if (PARLEY_URL || PARLEY_API_KEY)
    throw new OperatorError(
      'Set both PARLEY_URL and PARLEY_API_KEY (a key with the scope admin), or neither.',
    );
  const dataDir = dataDirOf(withOverrides(readEnvFile(envFile).values, ambient));
  const run = readRunFile(dataDir);
  if (run?.url === undefined || run.apiKey === undefined) {
    throw new OperatorError(
      `No system runs with the data folder ${dataDir}. Start it (npm start), or set PARLEY_URL and PARLEY_API_KEY.`,
    );
  }
  return { url: run.url, apiKey: run.apiKey };
}

/** A client of the admin API: `call(method, path, body?)` resolves the answer. @throws OperatorError */
export function adminClient({ url, apiKey }, send = fetch) {
  return async (method, path, body) => {
    const response = await send(`${url}/admin/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    }).catch((error) => {
      throw new OperatorError(
        `${url} cannot be reached (${error.cause?.code ?? error.message}): check PARLEY_URL, or start the system.`,
      );
    });
    const answer = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    throw new OperatorError(explain(response.status, answer?.detail, url));
  };
}

function explain(status, detail, url) {
  if (status === 401) return 'The API key is not valid: set PARLEY_API_KEY to one with the scope admin.';
  if (status === 403) return `${detail} Set PARLEY_API_KEY to a key with the scope admin.`;
  if (Array.isArray(detail))
    return detail.map(({ loc, msg }) => `${loc.slice(1).join('.') || loc[0]}: ${msg}`).join('; ');
  return detail ?? `${url} answered ${status}, and not as Parley does: check PARLEY_URL.`;
}

/** Every item of a list, page by page. */
export async function allOf(call, path) {
  const items = [];
  for (let page = 1; ; page++) {
    const answer = await call('GET', `${path}${path.includes('?') ? '&' : '?'}size=1000&page=${page}`);
    items.push(...answer.items);
    if (!answer.has_more) return items;
  }
}

/** Rows under their heads, in columns. */
export function table(heads, rows) {
  const lines = [heads, ...rows.map((row) => row.map((cell) => String(cell ?? '-')))];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
