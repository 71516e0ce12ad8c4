/** Commits one outbox row, leaves a second in an open transaction, and is killed: what a crash leaves behind. */
const { randomUUID } = require('node:crypto');
const { Client } = require('pg');

const insert = 'INSERT INTO spec_things.outbox (id, subject, payload) VALUES ($1, $2, $3)';

async function main(url) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(insert, [randomUUID(), 'events.v1.u', { n: 1 }]);
  await client.query('COMMIT');
  await client.query('BEGIN');
  await client.query(insert, [randomUUID(), 'events.v1.u', { n: 2 }]);
  process.kill(process.pid, 'SIGKILL');
}

void main(process.argv[2]);
