/** The words of a text as they are compared: lower case, without punctuation but what stands inside a word. */
export const wordsOf = (text) =>
  text
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase()
    .split(/[\s\u2013\u2014\u2026]+/)
    .map((token) => token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');

/**
 * Compares what was heard with the messages that claim it, word by word. `cuts`: how many words had been heard when the
 * agent was stopped, for each time it was; there a message may be one word off (the word that was cut while spoken).
 * Returns undefined when they agree, else where they part.
 */
export function compareWithMessages(heard, messages, cuts) {
  const unused = [...cuts];
  const isCutHere = (position) => {
    const at = unused.findIndex((cut) => Math.abs(cut - position) <= 1);
    if (at !== -1) unused.splice(at, 1);
    return at !== -1;
  };
  let position = 0;
  for (const [index, text] of messages.entries()) {
    const words = wordsOf(text);
    const from = position;
    while (position - from < words.length && words[position - from] === heard[position]) position += 1;
    const missing = words.length - (position - from);
    if (missing > 1 || (missing === 1 && !isCutHere(position))) {
      return difference(text, words[position - from], heard[position]);
    }
    const next = wordsOf(messages[index + 1] ?? '')[0];
    const hasExtra = missing === 0 && heard[position] !== undefined && heard[position] !== next;
    if (hasExtra && isCutHere(position)) position += 1;
  }
  if (position < heard.length)
    return `heard but not in the events: "${heard.slice(position, position + 6).join(' ')}"`;
  return undefined;
}

const difference = (text, wanted, got) =>
  `the events say "${text}", but in place of "${wanted}" ${got === undefined ? 'nothing' : `"${got}"`} was heard`;
