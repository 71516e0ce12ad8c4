/**
 * Lists of calls where a million are stored: `node benchmarks/calls-list.mjs [calls]` starts a system of its own, fills
 * it and prints what each order and page takes at call-control. `fillCalls` and `measureLists` serve other benchmarks.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { connect, headers } from 'nats';
import pg from 'pg';
import { percentile } from './figures.mjs';
import { withSystem } from './system.mjs';

const monthsBack = 12;
const dayMs = 24 * 3_600_000;
const loggedEvery = 20;
const entriesOfCall = 20;

/** A UUIDv7 made at `ms`, all else of it from `seed`; both are SQL. */
const uuidSql = (ms, seed) =>
  `(lpad(to_hex(${ms}), 12, '0') || '7' || substr(md5(${seed}), 1, 3) || '8' || substr(md5(${seed}), 4, 15))::uuid`;

const firstIdAt = (ms) => `${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;

/**
 * Stores `calls` of the user and 5,000 of each of `others`, spread over the last year as a live system has them:
 * months in partitions, legs, and 20 log entries for every 20th call and the user's
 * newest 20,000.
 */
export async function fillCalls({ databaseUrl, userId, agentId, calls, others = [] }) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT schemaname FROM pg_tables WHERE tablename = 'usage_months'`);
    await client.query(`SET search_path = "${rows[0].schemaname}"; SET synchronous_commit = off`);
    const now = new Date();
    for (let back = monthsBack; back > 0; back -= 1) {
      await makeMonth(client, Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back));
    }
    const endMs = now.getTime() - 60_000;
    const startMs = endMs - 365 * dayMs;
    for (const [index, id] of others.entries()) {
      await insertCalls(client, { userId: id, agentId, calls: 5_000, startMs, endMs, seed: `o${index}` });
    }
    await insertCalls(client, { userId, agentId, calls, startMs, endMs, seed: 'c', loggedNewest: 20_000 });
    // What autovacuum does in its own time.
    for (const table of ['calls', 'legs', 'call_log']) await client.query(`VACUUM ANALYZE ${table}`);
  } finally {
    await client.end();
  }
}

async function makeMonth(client, ms) {
  const start = new Date(ms);
  const name = start.toISOString().slice(0, 7).replace('-', '_');
  const nextMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  for (const table of ['calls', 'call_log']) {
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${table}_${name} PARTITION OF ${table}
         FOR VALUES FROM ('${firstIdAt(ms)}') TO ('${firstIdAt(nextMs)}')`,
    );
  }
}

async function insertCalls(client, { userId, agentId, calls, startMs, endMs, seed, loggedNewest = 0 }) {
  const key = `'${seed}' || n`;
  const at = `($2::bigint + (n::double precision / $3::int * $4::bigint)::bigint)`;
  const from = `FROM (SELECT n, at_ms, ${uuidSql('at_ms', key)} AS id, md5(${key} || 'x') AS mix
    FROM (SELECT n, ${at} AS at_ms FROM generate_series(1, $3::int) n) moment) made`;
  const asked = [userId, startMs, calls, endMs - startMs];
  await client.query(
    `INSERT INTO calls (user_id, id, direction, from_number, to_number, agent, agent_id, options, provider, status,
       life, last_sequence, last_position, started_at, ended_at, created_at)
     SELECT $1, id, 'outbound', '+1415555' || lpad((n % 50)::text, 4, '0'),
       '+1' || (2000000000::bigint + ('x' || substr(mix, 1, 8))::bit(31)::int % 1000000000)::text,
       $5::jsonb, $6::uuid, $7::jsonb, 'twilio', CASE WHEN n % 50 = 0 THEN 'error' ELSE 'ended' END,
       $8::jsonb || jsonb_build_object('createdAtMs', at_ms, 'endedAtMs', at_ms + 90000,
         'carrierEndedAtMs', at_ms + 90000, 'carrier', CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END,
         'connectedAtMs', CASE WHEN n % 10 > 0 THEN at_ms + 8000 END,
         'answeredAtMs', CASE WHEN n % 10 > 0 THEN at_ms + 7000 END),
       4, 20, CASE WHEN n % 10 > 0 THEN to_timestamp((at_ms + 8000) / 1000.0) END,
       to_timestamp((at_ms + 90000) / 1000.0), to_timestamp(at_ms / 1000.0) ${from}`,
    [
      ...asked,
      JSON.stringify(agentOf(agentId, userId)),
      agentId,
      JSON.stringify(options),
      JSON.stringify(life),
    ],
  );
  await client.query(
    `INSERT INTO legs (user_id, id, call_id, role, number, dial, carrier_sid, carrier_status, created_at)
     SELECT $1, ${uuidSql('at_ms', `${key} || 'l'`)}, id, 'caller', '+14155550100', 'settled', 'CA' || mix, 'completed',
       to_timestamp(at_ms / 1000.0) ${from}`,
    asked,
  );
  await client.query(
    `INSERT INTO call_log (user_id, call_id, position, kind, data, at)
     SELECT $1, id, place, 'message', jsonb_build_object('type', 'message', 'interrupted', false,
         'sender', CASE WHEN place % 2 = 0 THEN 'human' ELSE 'bot' END, 'started_at_ms', at_ms,
         'text', 'I would like two of the large ones, please, and the bill at the end of the month ' || place),
       to_timestamp(at_ms / 1000.0) ${from}, generate_series(1, ${entriesOfCall}) place
     WHERE n > $3::int - ${loggedNewest} OR n % ${loggedEvery} = 0`,
    asked,
  );
}

const options = {
  onNoHumanAnswer: 'continue',
  runDoNotCallDetection: null,
  hipaaCompliant: false,
  context: { name: 'Ada', order: 'two large ones' },
  telephonyParams: null,
  metadata: { customer: '4711' },
};

const life = {
  direction: 'outbound',
  refusal: null,
  stint: 1,
  stintOpen: false,
  stintClosedAtMs: null,
  losses: 0,
  intent: null,
  intentAtMs: null,
  endRequestedAtMs: null,
  transfer: null,
  checkedAtMs: null,
  stageOutcome: 'human_disconnected',
};

const agentOf = (id, userId) => ({
  id,
  user_id: userId,
  name: 'bench',
  prompt: { id, user_id: userId, content: 'You take orders. Be brief, be kind. '.repeat(20) },
  voice: { id, user_id: userId, type: 'voice_eleven_labs', voice_id: 'bench' },
  actions: [],
});

const cases = [
  ['page 1', { offset: 0, sort: null }],
  ['page 1000', { offset: 9_990, sort: null }],
  ['page 50000', { offset: 499_990, sort: null }],
  ...['created_at', 'start_time', 'end_time', 'status', 'to_number', 'from_number'].flatMap((column) =>
    [false, true].map((desc) => [
      `${column} ${desc ? 'desc' : 'asc'}`,
      { offset: 0, sort: { column, desc } },
    ]),
  ),
  ['page 1000 by to_number', { offset: 9_990, sort: { column: 'to_number', desc: true } }],
  ['1000 at once', { offset: 0, sort: null, limit: 1_000 }],
];

/** p50, p95 and p99 (ms) of asking call-control for ten calls, one asker at a time, for every order and page. */
export async function measureLists({ natsUrl, userId, samples = 200 }) {
  const nats = await connect(optionsOf(natsUrl));
  try {
    const figures = {};
    for (const [name, given] of cases) {
      const ask = () => list(nats, { user_id: userId, limit: 10, ...given });
      // A process that was just started is slow for its first hundreds of answers.
      for (let warm = Object.keys(figures).length === 0 ? 300 : 20; warm > 0; warm -= 1) await ask();
      const times = [];
      let answer;
      const deadlineMs = performance.now() + 10_000;
      while (times.length < samples && performance.now() < deadlineMs) {
        const startMs = performance.now();
        answer = await ask();
        times.push(performance.now() - startMs);
      }
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
      figures[name] = {
        p50,
        p95,
        p99,
        samples: times.length,
        total: answer.total,
        items: answer.items.length,
      };
    }
    return figures;
  } finally {
    await nats.close();
  }
}

async function list(nats, request) {
  const header = headers();
  header.set('Parley-Deadline', String(Date.now() + 10_000));
  const reply = await nats.request('call.v1.list', Buffer.from(JSON.stringify(request)), {
    timeout: 10_000,
    headers: header,
  });
  if (reply.headers?.has('Parley-Error')) throw new Error(reply.string());
  return reply.json();
}

function optionsOf(natsUrl) {
  const { host, username, password } = new URL(natsUrl);
  const [user, pass] = [username, password].map(decodeURIComponent);
  return { servers: host, ...(user && { user, pass }) };
}

async function main(calls) {
  await withSystem(async (bench) => {
    const [userId, agentId] = [randomUUID(), randomUUID()];
    const { databaseUrl, natsUrl } = bench.servers;
    const others = Array.from(
      { length: 20 },
      (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    );
    const startMs = performance.now();
    await fillCalls({ databaseUrl, userId, agentId, calls, others });
    console.log(`${calls} calls stored in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
    const figures = await measureLists({ natsUrl, userId });
    for (const [name, { p50, p95, p99, samples, total, items }] of Object.entries(figures)) {
      const ms = [p50, p95, p99].map((value) => value.toFixed(1).padStart(7)).join(' ');
      console.log(`${name.padEnd(24)} ${ms} ms (p50 p95 p99), ${samples} asked, ${items} of ${total}`);
    }
  });
}

if (process.argv[1] === import.meta.filename) await main(Number(process.argv[2] ?? 1_000_000));
