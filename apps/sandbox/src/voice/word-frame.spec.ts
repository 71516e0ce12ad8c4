import fc from 'fast-check';

import { normaliseWord } from './normalise-word';
import { digitCount, digitOf, frameSymbols, shortestFrame, SYNC_SYMBOLS, wordOf } from './word-frame';

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map(normaliseWord)
  .filter((word) => word !== '');

const digitsOf = (symbols: Uint8Array) =>
  symbols
    .subarray(SYNC_SYMBOLS.length)
    .map((symbol, i) => digitOf(symbol, symbols[SYNC_SYMBOLS.length + i - 1]!));

test('any word comes back, with any padding', () => {
  fc.assert(
    fc.property(words, fc.nat(300), (word, symbolCount) => {
      const symbols = frameSymbols(word, symbolCount);
      const digits = digitsOf(symbols);
      expect(digitCount(digits)).toBe(digits.length);
      expect(wordOf(digits)).toBe(word);
      expect(symbols.length).toBeGreaterThanOrEqual(Math.min(symbolCount, shortestFrame(word) + 224));
    }),
  );
});

test('no symbol but the first is followed by itself', () => {
  fc.assert(
    fc.property(words, fc.nat(300), (word, symbolCount) => {
      const symbols = frameSymbols(word, symbolCount);
      expect(symbols[1]).toBe(symbols[0]);
      for (let i = 2; i < symbols.length; i++) expect(symbols[i]).not.toBe(symbols[i - 1]);
    }),
  );
});

test('a changed digit is not the same word', () => {
  fc.assert(
    fc.property(
      words,
      fc.nat(200),
      fc.nat(1000),
      fc.integer({ min: 1, max: 14 }),
      (word, padding, place, by) => {
        const digits = digitsOf(frameSymbols(word, padding));
        const at = place % digits.length;
        digits[at] = (digits[at]! + by) % 15;
        expect(digitCount(digits) === digits.length && wordOf(digits) !== undefined).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test.each(['', 'x'.repeat(65), 'a\nb'])('refuses %j', (word) => {
  expect(() => frameSymbols(word)).toThrow(expect.objectContaining({ code: 'VOICE.BAD_WORD' }));
});
