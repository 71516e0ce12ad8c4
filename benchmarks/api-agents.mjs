import pg from 'pg';
import { spreadOf, sumOf, turnsOf } from './api-figures.mjs';
import { load } from './api-load.mjs';

/** As the aim has it. */
const connections = 64;
const agentsRead = 50;

/** An agent with everything inline that an agent can have: eight rows. */
const agentOf = (index) => ({
  name: `agent ${index}`,
  prompt: { content: 'You take orders for a bakery. Be brief and kind, and repeat each order. '.repeat(10) },
  voice: { type: 'voice_eleven_labs', voice_id: 'bench', api_key: 'eleven-labs-key' },
  initial_message: 'Hello, who is there?',
  actions: [
    { type: 'action_end_conversation', config: {} },
    { type: 'action_dtmf', config: {} },
    { type: 'action_transfer_call', config: { phone_number: '14155550123' } },
  ],
  webhook: { url: 'https://example.com/events', subscriptions: ['event_phone_call_ended'] },
  vector_database: {
    ...{ type: 'vector_database_pinecone', index: 'bread', api_key: 'pinecone-key', api_environment: 'eu' },
  },
});

/** Makes the agents that are read; resolves them as the API answers them. */
export async function makeAgents(api) {
  const agents = [];
  for (let index = 0; index < agentsRead; index += 1) {
    agents.push(await api('POST', '/v1/agents/create', agentOf(index)));
  }
  return agents;
}

/** Reads the same agents from Parley and from the bare server, in turn. `onRound(round)` is told of each. */
export async function compareReads(system, agents, { rounds, seconds, warmUpSeconds, onRound }) {
  const { pids } = system;
  const pathsOf = (pathOf) => agents.map((agent) => ({ path: pathOf(agent) }));
  const sides = {
    parley: {
      ...{ url: system.url, headers: { authorization: `Bearer ${system.apiKey}` } },
      requests: pathsOf(({ id }) => `/v1/agents?id=${id}`),
    },
    bare: {
      url: system.bareUrl,
      requests: pathsOf(({ id, user_id }) => `/v1/agents?id=${id}&user_id=${user_id}`),
    },
  };
  const run = (side, duration) => load({ ...sides[side], connections, duration, pids });
  for (const side of Object.keys(sides)) await run(side, warmUpSeconds);
  const all = [];
  for (const turn of turnsOf(rounds, Object.keys(sides))) {
    const round = {};
    for (const side of turn) round[side] = await run(side, seconds);
    round.ratio = round.parley.rate / round.bare.rate;
    round.cpuRatio = sumOf(round.bare.cpuUs) / sumOf(round.parley.cpuUs);
    all.push(round);
    onRound(round);
  }
  return {
    rounds: all,
    ratio: spreadOf(all.map(({ ratio }) => ratio)),
    cpuRatio: spreadOf(all.map(({ cpuRatio }) => cpuRatio)),
    p99: spreadOf(all.map(({ parley }) => parley.p99)),
  };
}

/** Makes agents as fast as it goes: {rate, p50, p99, cpuUs}. */
export const measureCreates = (system, seconds) =>
  load({
    ...{ url: `${system.url}/v1/agents/create`, method: 'POST', body: JSON.stringify(agentOf(0)) },
    headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json' },
    ...{ connections, duration: seconds, pids: system.pids },
  });

/**
 * How many transactions wrote the rows that an agent is made of: Postgres notes the writer in each row.
 * @throws Error when a row is missing.
 */
export async function transactionsOf(system, agent) {
  const parts = [agent, agent.prompt, agent.voice, agent.webhook, agent.vector_database, ...agent.actions];
  const ids = parts.map(({ id }) => id);
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const tables = ['agents', 'prompts', 'voices', 'webhooks', 'actions', 'vector_databases'];
    const found = tables.map((table) => `SELECT xmin::text FROM config.${table} WHERE id = ANY ($1::uuid[])`);
    const { rows } = await client.query(found.join(' UNION ALL '), [ids]);
    if (rows.length !== ids.length) throw new Error(`${rows.length} rows found of an agent of ${ids.length}`);
    return { rows: rows.length, transactions: new Set(rows.map(({ xmin }) => xmin)).size };
  } finally {
    await client.end();
  }
}
