import { beyondKnown } from './late-finals';

test.each([
  ['a table', 'A table for two.', 'for two.'],
  ['a table for two', 'A table for two.', ''],
  ['a table for two', 'a table', ''],
  ['I need a table for two', 'I need the table for two.', ''],
  ['I need a table for two', 'I need a cable for two tonight please', 'tonight please'],
  ['a table for two please', 'a table for you', ''],
  ['yes', 'no', 'no'],
  ['yes', 'Yes, please.', 'please.'],
  ['what about tomorrow', 'I said fish and chips', 'I said fish and chips'],
  ['テーブルを', 'テーブルをお願いします', 'お願いします'],
  ['はい', 'いいえ', 'いいえ'],
])('known "%s", then "%s": new is "%s"', (known, given, beyond) => {
  expect(beyondKnown(known, given)).toBe(beyond);
});
