import fc from 'fast-check';
import { cutPassages } from './cut-passages';
import { searchedWords } from './searched-words';

describe('cutPassages', () => {
  it('keeps a short text whole, and makes nothing of nothing', () => {
    expect(cutPassages('We open at nine.')).toEqual(['We open at nine.']);
    expect(cutPassages(' \n ')).toEqual([]);
  });

  it('ends passages at the ends of paragraphs, then of sentences, then of words', () => {
    const half = 'x'.repeat(30);
    const paragraph = `${`${half} `.repeat(18)}.\n\n`;
    expect(cutPassages(`${paragraph}${paragraph}`)[0]).toBe(paragraph.trim());
    expect(cutPassages(`${half}. `.repeat(60))[0]?.endsWith('.')).toBe(true);
    expect(cutPassages(`${half} `.repeat(60)).every((passage) => passage.endsWith('x'))).toBe(true);
  });

  it('begins each passage with the end of the one before', () => {
    const words = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');
    const [first = '', second = ''] = cutPassages(words);
    expect(first).toContain(second.split(' ')[0]);
  });

  it('loses no word, cuts no pair, and stays within its bounds, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), { maxLength: 300 }),
        (words) => {
          const text = words.join(' ');
          const passages = cutPassages(text);
          for (const passage of passages) {
            expect(passage.length).toBeLessThanOrEqual(800);
            expect(passage).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
          }
          const found = passages.join('\n');
          for (const word of text.split(/\s+/)) expect(found).toContain(word);
        },
      ),
    );
  });
});

describe('searchedWords', () => {
  it('compares what has no spaces by pairs of characters', () => {
    expect(searchedWords('営業時間は9時', 'ja')).toEqual({
      config: 'simple',
      words: ' 営業 業時 時間 間は 9 時 ',
    });
    expect(searchedWords('opening hours', 'en')).toEqual({ config: 'english', words: 'opening hours' });
  });
});
