import { withoutPassword } from './settings.mjs';

const deadlineMs = 5_000;

/** @throws Error with a line for the user when the Postgres that .env names cannot be used. */
export async function checkDatabase(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: deadlineMs });
  try {
    await client.connect();
  } catch (error) {
    throw unusable('Postgres', 'DATABASE_URL', url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws Error with a line for the user when the NATS that .env names cannot be used, or has no JetStream. */
export async function checkNats(url) {
  const { connect } = await import('nats');
  const urls = url.split(',').map((text) => new URL(text.trim()));
  const user = decodeURIComponent(urls[0].username);
  const pass = decodeURIComponent(urls[0].password);
  const account = pass ? { user, pass } : user ? { token: user } : {};
  const servers = urls.map(({ host }) => host);
  let connection;
  try {
    connection = await connect({ servers, ...account, timeout: deadlineMs, reconnect: false });
    await connection.jetstreamManager({ timeout: deadlineMs });
  } catch (error) {
    const why =
      error.code === '503' ? new Error('it answers, but JetStream is off (nats-server -js)') : error;
    throw unusable('NATS', 'NATS_URL', urls[0].href, why);
  } finally {
    await connection?.close();
  }
}

const unusable = (what, setting, url, error) =>
  new Error(
    `${what} at ${withoutPassword(url)} (${setting} in .env) cannot be used: ${error.message || error.code}\n` +
      `Start it, correct ${setting}, or leave ${setting} out to have one of Parley's own.`,
    { cause: error },
  );
