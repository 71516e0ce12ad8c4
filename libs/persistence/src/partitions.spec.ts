import { newId } from '@parley/kernel';
import { createMonthPartitionsSql, firstIdAt, monthPartitions } from './partitions';

const december = Date.UTC(2026, 11, 31, 23, 59, 59, 999);

describe('month partitions', () => {
  it('goes on across the year, each where the last one ended', () => {
    const partitions = monthPartitions('calls', december, 3);
    expect(partitions.map(({ name }) => name)).toEqual(['calls_2026_12', 'calls_2027_01', 'calls_2027_02']);
    expect(partitions[1]?.fromId).toBe(partitions[0]?.toId);
    expect(partitions[2]?.fromId).toBe(partitions[1]?.toId);
  });

  it('holds every id that is made in its month, and no other', () => {
    const partition = monthPartitions('calls', december, 1)[0]!;
    const { fromId, toId } = partition;
    const last = newId(december);
    expect(last >= fromId && last < toId).toBe(true);
    expect(newId(december + 1) >= toId).toBe(true);
  });

  it('begins at the first instant of the month', () => {
    expect(firstIdAt(Date.UTC(2026, 10, 1))).toBe(
      `${Date.UTC(2026, 10, 1).toString(16).padStart(12, '0').slice(0, 8)}-${Date.UTC(2026, 10, 1).toString(16).padStart(12, '0').slice(8)}-0000-0000-000000000000`,
    );
  });

  it('writes SQL that may run twice', () => {
    expect(createMonthPartitionsSql('calls', december, 1)[0]).toMatch(
      /^CREATE TABLE IF NOT EXISTS "calls_2026_12" PARTITION OF "calls" FOR VALUES FROM \('.+'\) TO \('.+'\)$/,
    );
  });
});
