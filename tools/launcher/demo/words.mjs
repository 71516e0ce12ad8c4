/** The words of a text as they are compared: lower case, without punctuation but what stands inside a word. */
export const wordsOf = (text) =>
  text
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase()
    .split(/[\s\u2013\u2014\u2026]+/)
    .map((token) => token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');

/**
 * Compares what was heard with the messages that claim it, word by word. A message may end up to one word off what was
 * heard (a word that was cut while it was spoken), but only so many messages as were interrupted.
 * Returns undefined when they agree, else where they part.
 */
export function compareWithMessages(heard, messages, interruptions) {
  let position = 0;
  let spare = interruptions;
  for (const [index, text] of messages.entries()) {
    const words = wordsOf(text);
    let same = 0;
    while (same < words.length && words[same] === heard[position + same]) same += 1;
    if (same < words.length) {
      if (same < words.length - 1 || spare === 0)
        return difference(text, words[same], heard[position + same]);
      spare -= 1;
    }
    position += same;
    const next = wordsOf(messages[index + 1] ?? '')[0];
    if (spare > 0 && heard[position] !== undefined && heard[position] !== next && same === words.length) {
      spare -= 1;
      position += 1;
    }
  }
  if (position < heard.length)
    return `heard but not in the events: "${heard.slice(position, position + 6).join(' ')}"`;
  return undefined;
}

const difference = (text, wanted, got) =>
  `the events say "${text}", but in place of "${wanted}" ${got === undefined ? 'nothing' : `"${got}"`} was heard`;
