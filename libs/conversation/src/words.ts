const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu;

/** Words of a text; scripts without spaces count two characters as a word. */
export function countWords(text: string): number {
  const characters = text.match(cjk)?.length ?? 0;
  const rest = text
    .replace(cjk, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return rest + Math.ceil(characters / 2);
}

/** Lower case, without apostrophes and punctuation; words one space apart. Accents stay. */
export function normaliseWords(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’‘`]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

/** Two pieces of text with one space between, if both hold anything. */
export function joinWords(first: string, second: string): string {
  return [first.trim(), second.trim()].filter(Boolean).join(' ');
}
