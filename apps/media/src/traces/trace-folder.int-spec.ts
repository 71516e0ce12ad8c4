import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDifference, parseTrace } from '@parley/conversation';
import type { Trace } from '@parley/conversation';
import { SimulatedCall } from '@parley/conversation/testing';
import { createLogger } from '@parley/observability';
import { TraceFolder } from './trace-folder';
import type { TraceChoice } from './trace-folder';

const logger = createLogger({ service: 'media', level: 'silent' });
const held = { userId: 'u', callId: 'c', stint: 2 };
const everything: TraceChoice = { calls: 'all', words: 'kept' };
let dir: string;
let path: string;

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'traces-')), 'new');
  path = join(dir, 'c.2.jsonl');
});
afterEach(() => rm(join(dir, '..'), { recursive: true }));

async function folderFor(choice: TraceChoice): Promise<TraceFolder> {
  const folder = new TraceFolder(dir, choice, logger);
  await folder.start();
  return folder;
}

/** Keeps the trace of a whole call. */
async function keep(call: SimulatedCall, choice: TraceChoice): Promise<void> {
  const trace = (await folderFor(choice)).open(held, call.settings);
  for (const entry of call.entries) trace.record(entry);
  await trace.close();
}

async function written(): Promise<Trace> {
  const trace = parseTrace(await readFile(path, 'utf8'));
  if (!trace) throw new Error('no trace');
  return trace;
}

const faultOfModel = { code: 'MODEL.UNAUTHENTICATED', message: 'The key is wrong.', retryable: false };

function callWithInterruption(): SimulatedCall {
  const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' });
  call.willReply('Of course, I can. There is a table at eight.').start();
  return call.runUntilQuiet().says('a table please').runUntilHeard('There is').says('wait stop').run(20_000);
}

function callThatFails(): SimulatedCall {
  const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' });
  call.willReply({ fault: faultOfModel }).start();
  return call.runUntilQuiet().says('a table please').run(20_000);
}

test('a call is had again from its file, byte for byte', async () => {
  const call = callWithInterruption();
  await keep(call, everything);

  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const trace = await written();
  expect(trace.settings).toEqual(call.settings);
  expect(trace.entries).toEqual(call.entries);
  expect(firstDifference(trace)).toBeNull();
});

test('a conversation that goes another way than the recorded one is found out', async () => {
  await keep(callWithInterruption(), everything);
  const trace = await written();
  const settings = { ...trace.settings, interruptSensitivity: 'high' as const, initialMessage: 'Hi.' };
  expect(firstDifference({ ...trace, settings })).toMatchObject({ index: 0 });
});

test('only a call that failed leaves a file, when that is wanted', async () => {
  await keep(callWithInterruption(), { calls: 'failed', words: 'kept' });
  expect(await readdir(dir)).toEqual([]);
  await keep(callThatFails(), { calls: 'failed', words: 'kept' });
  expect(firstDifference(await written())).toBeNull();
});

test('without its words a call can still be had again', async () => {
  const call = callThatFails();
  await keep(call, { calls: 'failed', words: 'left_out' });
  const trace = await written();
  expect(trace.entries).toHaveLength(call.entries.length);
  expect(firstDifference(trace)).toBeNull();
  expect(JSON.stringify(trace)).not.toMatch(/Ada|table/);
});

test('a file that cannot be written does not trouble the call, nor is it deleted', async () => {
  const folder = await folderFor({ calls: 'failed', words: 'kept' });
  await writeFile(path, 'of another run');
  const trace = folder.open(held, new SimulatedCall().settings);
  trace.record({ atMs: 1, event: { type: 'started' }, effects: [] });
  await trace.close();
  trace.record({ atMs: 2, event: { type: 'tick' }, effects: [] });
  expect(await readFile(path, 'utf8')).toBe('of another run');
});

test('a disk that falls behind ends the trace, and what is there can be read', async () => {
  const trace = (await folderFor(everything)).open(held, new SimulatedCall().settings);
  const event = { type: 'interim', text: 'x'.repeat(100_000) } as const;
  for (let atMs = 1; atMs <= 100; atMs += 1) trace.record({ atMs, event, effects: [] });
  await trace.close();
  expect(await readdir(dir)).toEqual(['c.2.jsonl']);
  const { entries } = await written();
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.length).toBeLessThan(20);
  expect(entries.map(({ atMs }) => atMs)).toEqual(entries.map((_, index) => index + 1));
});
