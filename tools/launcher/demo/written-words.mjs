import { wordsOf } from './words.mjs';

const mostKept = 1_000;

/**
 * The texts that were given to the voice, to write down what callers heard as a person would: words come off the line
 * bare and in lower case. What was heard stays what counts; a text lends it capitals and marks where it has the words.
 */
export class WrittenWords {
  constructor() {
    this.tokens = [];
  }

  /** Takes a text that is about to be spoken. */
  add(text) {
    for (const token of text.split(/\s+/)) {
      const word = wordsOf(token).join('');
      if (word !== '') this.tokens.push({ token, word });
    }
    this.tokens = this.tokens.slice(-mostKept);
  }

  /** Words that were heard, as they were written where that is known, else as they are. */
  spell(words) {
    const heard = words.map((word) => wordsOf(word).join(''));
    const at = this.tokens.findIndex((_, from) =>
      heard.every((word, index) => this.tokens[from + index]?.word === word),
    );
    if (at === -1) return words.join(' ');
    return this.tokens
      .splice(0, at + words.length)
      .slice(at)
      .map(({ token }) => token)
      .join(' ');
  }
}
