/** The entry of `npm run bench:api`. What each figure means: README.md beside this file. Exits with 1 when an aim is missed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir } from '../tools/backing/paths.mjs';
import { jsonClient } from '../tools/launcher/demo/http.mjs';
import { compareReads, makeAgents, measureCreates, transactionsOf } from './api-agents.mjs';
import { judge } from './api-figures.mjs';
import { timesOf } from './api-load.mjs';
import { withApiSystem } from './api-system.mjs';
import { fillCalls } from './calls-list.mjs';
import { percentile } from './figures.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
});
const { rounds, seconds, warmUpSeconds, calls, lists } = options.quick
  ? { rounds: 3, seconds: 2, warmUpSeconds: 3, calls: 20_000, lists: 200 }
  : { rounds: 9, seconds: 5, warmUpSeconds: 8, calls: 1_000_000, lists: 500 };

const line = (name, ...cells) =>
  console.log(name.padEnd(30) + cells.map((cell) => cell.padStart(9)).join(''));
const spread = ({ min, median, max }, digits) => [min, median, max].map((value) => value.toFixed(digits));

function printRound({ parley, bare, ratio, cpuRatio }) {
  const rates = [parley, bare].map(({ rate }) => rate.toFixed(0));
  line('', ...rates, ratio.toFixed(3), String(parley.p99), String(bare.p99), cpuRatio.toFixed(3));
}

function printCpu(title, results) {
  const medianOf = (name) =>
    percentile(
      results.map(({ cpuUs }) => cpuUs[name]),
      0.5,
    );
  const parts = Object.keys(results[0].cpuUs).map((name) => `${name} ${medianOf(name).toFixed(0)}`);
  console.log(`${title}, µs of CPU for each: ${parts.join(', ')}`);
}

async function reads(system, agents) {
  console.log(`\nGET /v1/agents?id= at 64 connections, ${rounds} rounds of ${seconds} s a side`);
  line('', 'Parley/s', 'bare/s', 'ratio', 'p99 ms', 'bare p99', 'by CPU');
  const read = await compareReads(system, agents, { rounds, seconds, warmUpSeconds, onRound: printRound });
  line('', 'min', 'median', 'max');
  line('ratio of the rates', ...spread(read.ratio, 3));
  line('ratio of the CPU for a request', ...spread(read.cpuRatio, 3));
  line('p99 (ms)', ...spread(read.p99, 0));
  printCpu(
    'Parley',
    read.rounds.map(({ parley }) => parley),
  );
  printCpu(
    'bare server',
    read.rounds.map(({ bare }) => bare),
  );
  return read;
}

async function creates(system, agent) {
  const made = await measureCreates(system, seconds);
  const { rows, transactions } = await transactionsOf(system, agent);
  console.log(
    `\nPOST /v1/agents/create, all inline, at 64 connections: ${made.rate.toFixed(0)}/s, p50 ${made.p50} ms, p99 ${made.p99} ms; ${rows} rows in ${transactions} transaction(s)`,
  );
  printCpu('Parley', [made]);
  return { ...made, rows, transactions };
}

async function listings(system, agent) {
  const { databaseUrl, url, apiKey } = system;
  await fillCalls({ databaseUrl, userId: agent.user_id, agentId: agent.id, calls });
  const headers = { authorization: `Bearer ${apiKey}` };
  await timesOf(`${url}/v1/calls/list`, headers, 50);
  const times = await timesOf(`${url}/v1/calls/list`, headers, lists);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
  console.log(
    `\nGET /v1/calls/list with ${calls} calls, one at a time: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  );
  return { p50, p95, p99 };
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}; both sides and the load share them.`,
);
const results = await withApiSystem(
  async (system) => {
    const agents = await makeAgents(jsonClient(system.url, { authorization: `Bearer ${system.apiKey}` }));
    return {
      read: await reads(system, agents),
      create: await creates(system, agents[0]),
      list: await listings(system, agents[0]),
    };
  },
  { profileDir: options.profile },
);

const aims = [
  { name: 'rate of reads to that of the bare server, median', value: results.read.ratio.median, least: 0.35 },
  { name: 'p99 of reads (ms), median', value: results.read.p99.median, below: 60 },
  { name: 'transactions for a new agent', value: results.create.transactions, below: 2 },
  { name: `p95 of a list of ${calls} calls (ms)`, value: results.list.p95, below: 15 },
].map(judge);
console.log('');
for (const { name, value, wanted, isMet } of aims) {
  console.log(`${isMet ? 'met   ' : 'MISSED'} ${name}: ${value.toFixed(3)}, wanted ${wanted}`);
}
mkdirSync(cacheDir, { recursive: true });
writeFileSync(join(cacheDir, 'bench-api.json'), JSON.stringify(results));
process.exit(aims.every(({ isMet }) => isMet) ? 0 : 1);
