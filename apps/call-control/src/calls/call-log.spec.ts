import type { HistoryEntry } from '@parley/contracts';
import { newestOf } from './call-log';

const said = (text: string): HistoryEntry => ({ kind: 'human', text });
const bytesOf = (...entries: HistoryEntry[]) =>
  entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)), 0);

describe('the newest part of a history', () => {
  const [first, second, third] = [said('one'), said('zwölf'), said('three')] as const;

  it('is all of it when it fits to the byte', () => {
    const history = [first, second, third];
    expect(newestOf(history, bytesOf(...history))).toEqual(history);
    expect(newestOf(history, bytesOf(...history) - 1)).toEqual([second, third]);
  });

  it('ends before the newest entry that does not fit, even if older ones would', () => {
    expect(newestOf([first, said('x'.repeat(500)), third], 100)).toEqual([third]);
    expect(newestOf([first, said('x'.repeat(500))], 100)).toEqual([]);
  });
});
