import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrace, replay } from '@parley/conversation';
import { SimulatedCall } from '@parley/conversation/testing';
import { createLogger } from '@parley/observability';
import { TraceFolder } from './trace-folder';

const held = { userId: 'u', callId: 'c', stint: 2 };
let dir: string;
let folder: TraceFolder;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'traces-'));
  folder = new TraceFolder(join(dir, 'new'), createLogger({ service: 'media', level: 'silent' }));
  await folder.start();
});
afterEach(() => rm(dir, { recursive: true }));

test('a call is had again from its file, effect for effect', async () => {
  const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' });
  call.willReply('Of course, I can. There is a table at eight.', { fault: faultOfModel }).start();
  call.runUntilQuiet().says('a table please').runUntilHeard('There is').says('wait stop').run(20_000);

  const trace = folder.open(held, call.settings);
  for (const entry of call.events) trace.record(entry);
  await trace.close();

  const path = join(dir, 'new', 'c.2.jsonl');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const read = parseTrace(await readFile(path, 'utf8'));
  expect(read?.settings).toEqual(call.settings);
  expect(replay(read!).flat()).toEqual(call.effects.map(({ effect }) => effect));
  expect(
    replay(read!)
      .flat()
      .map(({ type }) => type),
  ).toContain('finish');
});

test('a file that cannot be written does not trouble the call', async () => {
  await writeFile(join(dir, 'new', 'c.2.jsonl'), 'of another run');
  const trace = folder.open(held, new SimulatedCall().settings);
  trace.record({ atMs: 1, event: { type: 'started' } });
  await trace.close();
  trace.record({ atMs: 2, event: { type: 'tick' } });
  expect(await readFile(join(dir, 'new', 'c.2.jsonl'), 'utf8')).toBe('of another run');
});

test('a disk that falls behind ends the trace, and what is there can be read', async () => {
  const trace = folder.open(held, new SimulatedCall().settings);
  const event = { type: 'interim', text: 'x'.repeat(100_000) } as const;
  for (let atMs = 1; atMs <= 100; atMs += 1) trace.record({ atMs, event });
  await trace.close();
  expect(await readdir(join(dir, 'new'))).toEqual(['c.2.jsonl']);
  const entries = parseTrace(await readFile(join(dir, 'new', 'c.2.jsonl'), 'utf8'))?.entries ?? [];
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.length).toBeLessThan(20);
  expect(entries.map(({ atMs }) => atMs)).toEqual(entries.map((_, index) => index + 1));
});

const faultOfModel = { code: 'MODEL.UNAUTHENTICATED', message: 'The key is wrong.', retryable: false };
