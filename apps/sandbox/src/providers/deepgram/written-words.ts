/** Words with which a question begins. */
const questionWords = new Set(
  (
    'what how why who whom whose where when which is are am was were do does did can could will would ' +
    'should shall may might have has'
  ).split(' '),
);

/**
 * Words as `smart_format` writes them: a capital at the beginning, `I`, and a full stop or question mark at the end.
 * Each stays one word, so that a reader who strips case and marks gets what was heard.
 */
export function writtenWords(words: readonly string[], isWhole: boolean): string[] {
  const end = questionWords.has(words[0]?.split("'")[0] ?? '') ? '?' : '.';
  return words.map((word, at) => {
    const written = at === 0 || /^i(?:'|$)/.test(word) ? capitalised(word) : word;
    return isWhole && at === words.length - 1 ? written + end : written;
  });
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
