import { acting } from './acting.situations';
import { endpointing } from './endpointing.situations';
import { interruption } from './interruption.situations';
import { lettingSpeak } from './letting-speak.situations';
import { listening } from './listening.situations';
import { manners } from './manners.situations';
import { preparing } from './preparing.situations';
import { takingTurns } from './taking-turns.situations';
import { courseOf, played } from './situation';
import type { Situation } from './situation';

/** Every table of situations. One more file of rows is one more line here. */
const tables: Readonly<Record<string, readonly Situation[]>> = {
  acting,
  interruption,
  lettingSpeak,
  listening,
  manners,
  preparing,
  endpointing,
  takingTurns,
};

describe.each(Object.entries(tables))('%s', (_, rows) => {
  test.each(rows.map((row) => [row.name, row.source, row] as const))('%s (%s)', (_name, _source, row) => {
    const { call, came } = played(row);
    try {
      expect(came).toEqual(row.expected);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n\nThe course of the call:\n${courseOf(call)}`);
    }
  });
});

test('no two situations have one name', () => {
  const names = Object.values(tables).flatMap((rows) => rows.map(({ name }) => name));
  expect(names).toEqual([...new Set(names)]);
});
