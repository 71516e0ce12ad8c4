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
  if (messages.length === 0) {
    return heard.length === 0 ? undefined : `heard but not in the events: "${heard.slice(0, 6).join(' ')}"`;
  }
  const [text, ...later] = messages;
  const words = wordsOf(text);
  const differsAt = words.findIndex((word, at) => word !== heard[at]);
  const same = differsAt === -1 ? words.length : differsAt;
  const goOn = (count, left) =>
    compareWithMessages(
      heard.slice(count),
      later,
      left.map((cut) => cut - count),
    );

  const exact = same === words.length ? goOn(same, cuts) : difference(text, words[same], heard[same]);
  const cut = cuts.findIndex((at) => Math.abs(at - same) <= 1);
  if (exact === undefined || cut === -1) return exact;
  // The word that was cut may be in the message and not in the ear, or the other way round. Which, only what follows
  // tells: it may be the first word of the next message too.
  const left = cuts.toSpliced(cut, 1);
  const isMissing = same >= words.length - 1 && goOn(words.length - 1, left) === undefined;
  const isExtra = same === words.length && goOn(words.length + 1, left) === undefined;
  return isMissing || isExtra ? undefined : exact;
}

const difference = (text, wanted, got) =>
  `the events say "${text}", but in place of "${wanted}" ${got === undefined ? 'nothing' : `"${got}"`} was heard`;
