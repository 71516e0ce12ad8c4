/** The longest word a code carries, in UTF-8 bytes. */
export const MAX_WORD_BYTES = 64;

const utf8 = new TextEncoder();

/**
 * What a word code carries of a written word: NFC, lower case, no punctuation but what stands inside the word:
 * `'`, `-`, `.`, `_` and `@` between letters or digits, and `:`, `,`, `/` between digits ("don't", "3:30"). Cut to
 * `MAX_WORD_BYTES` on a whole character. Empty when nothing can be spoken. `normaliseWord(normaliseWord(x))` is
 * `normaliseWord(x)`.
 */
export function normaliseWord(text: string): string {
  const plain = text
    .replace(/[\u2018\u2019\u02bc]/gu, "'")
    .replace(/[\u2010\u2011]/gu, '-')
    .toLowerCase()
    .normalize('NFC')
    // Marks on nothing, or on what is left out below, would hang on to the wrong letter.
    .replace(/(?<![\p{L}\p{N}\p{M}])\p{M}+/gu, '');
  let word = '';
  for (const [mark] of plain.matchAll(
    /[\p{L}\p{N}\p{M}]|(?<=[\p{L}\p{N}\p{M}])['._@-](?=[\p{L}\p{N}])|(?<=\p{N})[:,/](?=\p{N})/gu,
  )) {
    word += mark;
  }
  return utf8.encode(word).length <= MAX_WORD_BYTES ? word : cutToBytes(word);
}

/** The words of a text in order, as written (for a voice to pronounce); each has a code, the unspeakable is left out. */
export function splitWords(text: string): string[] {
  return text.split(/[\s\u2013\u2014\u2026]+/u).filter((token) => normaliseWord(token) !== '');
}

function cutToBytes(word: string): string {
  let cut = '';
  let bytes = 0;
  for (const character of word) {
    bytes += utf8.encode(character).length;
    if (bytes > MAX_WORD_BYTES) break;
    cut += character;
  }
  return cut.replace(/[^\p{L}\p{N}\p{M}]+$/u, '');
}
