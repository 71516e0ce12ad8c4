/** The least that can serve an agent: Fastify and `pg`, with the one statement that config runs, and its row as the answer. */
import Fastify from 'fastify';
import pg from 'pg';
import agentQuery from '../dist/apps/config/src/agents/agent-query.js';

const { DATABASE_URL, SCHEMA_PREFIX = '', HOST, PORT } = process.env;
const { agentStatement } = agentQuery;
// As many connections as config has.
const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  options: `-c search_path=${SCHEMA_PREFIX}config`,
  max: 10,
});
const server = Fastify();

server.get('/v1/agents', async (request, reply) => {
  const { user_id, id } = request.query;
  const { rows } = await pool.query({ ...agentStatement, values: [user_id, id] });
  return rows[0] ?? reply.status(404).send({ detail: 'Agent not found' });
});
server.get('/readyz', () => ({ status: 'ready' }));

process.once('SIGTERM', () => void server.close().then(() => pool.end()));
await server.listen({ host: HOST, port: Number(PORT) });
