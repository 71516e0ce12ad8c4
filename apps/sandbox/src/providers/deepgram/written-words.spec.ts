import { normaliseWord } from '../../voice';
import { writtenWords } from './written-words';

describe('writtenWords', () => {
  it.each([
    ['hello i need a table', 'Hello I need a table.'],
    ["what's the time", "What's the time?"],
    ['can i come at 7:30', 'Can I come at 7:30?'],
    ["well i'm not sure", "Well I'm not sure."],
    ['yes', 'Yes.'],
    ['', ''],
  ])('%p', (heard, written) => {
    const words = heard.split(' ').filter(Boolean);
    expect(writtenWords(words, true).join(' ')).toBe(written);
    expect(writtenWords(words, true).map(normaliseWord)).toEqual(words);
  });

  it('puts no end to what goes on', () => {
    expect(writtenWords(['how', 'many'], false)).toEqual(['How', 'many']);
  });
});
