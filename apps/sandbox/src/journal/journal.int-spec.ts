import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@parley/kernel';
import { Journal } from './journal';

interface Kinds {
  said: { text: string };
}

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'parley-journal-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const open = (keep?: number) => {
  const journal = new Journal<Kinds>({
    clock: new FakeClock(5),
    file: join(dir, 'deep', 'a.jsonl'),
    ...(keep !== undefined && { keep }),
  });
  journal.start();
  return journal;
};
const fileLines = () =>
  readFileSync(join(dir, 'deep', 'a.jsonl'), 'utf8')
    .trim()
    .split('\n');

it('appends lines that are on disk at once', () => {
  const journal = open();
  journal.write('said', { text: 'a' });
  journal.write('said', { text: 'b' });
  expect(fileLines().map((line) => JSON.parse(line) as object)).toEqual([
    { seq: 1, atMs: 5, kind: 'said', text: 'a' },
    { seq: 2, atMs: 5, kind: 'said', text: 'b' },
  ]);
  expect(journal.after(1)).toMatchObject([{ seq: 2 }]);
  expect(journal.after(2)).toEqual([]);
  journal.close();
});

it('is continued by the next process, past a line that a kill cut', () => {
  const first = open();
  first.write('said', { text: 'a' });
  first.close();
  appendFileSync(join(dir, 'deep', 'a.jsonl'), '{"seq":2,"atM');
  const second = open();
  second.write('said', { text: 'b' });
  expect(second.after(0)).toMatchObject([{ seq: 2, text: 'b' }]);
  expect(JSON.parse(fileLines().at(-1) ?? '')).toMatchObject({ seq: 2, text: 'b' });
  second.close();
});

it('keeps the newest lines in memory, all on disk', () => {
  const journal = open(10);
  for (let i = 0; i < 100; i++) journal.write('said', { text: String(i) });
  expect(journal.after(0).length).toBeLessThanOrEqual(13);
  expect(journal.after(98)).toMatchObject([{ seq: 99 }, { seq: 100 }]);
  expect(fileLines()).toHaveLength(100);
  journal.close();
});

it('tells those who watch', () => {
  const journal = new Journal<Kinds>({ clock: new FakeClock() });
  const seen: string[] = [];
  const stop = journal.watch(({ kind }) => seen.push(kind));
  journal.write('said', { text: 'a' });
  stop();
  journal.write('said', { text: 'b' });
  expect(seen).toEqual(['said']);
});
