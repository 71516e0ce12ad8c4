import fc from 'fast-check';

import { MAX_WORD_BYTES, normaliseWord, splitWords } from './normalise-word';
import { corpus } from './testing/corpus';

test.each([
  ['Hello,', 'hello'],
  ['(Don’t!)', "don't"],
  ['Check-In', 'check-in'],
  ['3:30.', '3:30'],
  ['$1,000.50', '1,000.50'],
  ['CAFÉ', 'café'],
  ['cafe\u0301', 'café'],
  ['“quoted”', 'quoted'],
  ["'tis", 'tis'],
  ['Bob@Example.com.', 'bob@example.com'],
  ['yes/no', 'yesno'],
  ['--', ''],
  ['🙂', ''],
])('%s carries %s', (written, carried) => {
  expect(normaliseWord(written)).toBe(carried);
});

test('words of the corpus stay as they are', () => {
  expect(corpus.map(normaliseWord)).toEqual(corpus);
});

test('is done after once, and never too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
      const word = normaliseWord(text);
      expect(normaliseWord(word)).toBe(word);
      expect(new TextEncoder().encode(word).length).toBeLessThanOrEqual(MAX_WORD_BYTES);
    }),
    { numRuns: 1000 },
  );
});

test('splits at spaces and dashes, and leaves out what cannot be said', () => {
  expect(splitWords('Well—yes, … I - I mean:\n"no" !')).toEqual(['Well', 'yes,', 'I', 'I', 'mean:', '"no"']);
});
