const link = /\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)/g;
const address = /(?:https?:\/\/|www\.)[^\s)>\]]*[^\s)>\].,;:!?]/gi;
const pictures = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3/gu;
const emphasis =
  /(?<![\p{L}\p{N}*_])[*_~]{1,3}(?=[\p{L}\p{N}"'(¿¡$])|(?<=[\p{L}\p{N}"').,:;!?%])[*_~]{1,3}(?![\p{L}\p{N}*_])/gu;

/**
 * Text as it can be spoken: no markdown, no emoji, no web addresses; white space becomes single spaces. Gives `''` when
 * nothing is left that could be spoken.
 */
export function plainSpeech(text: string): string {
  const plain = text
    .replace(/```[a-z]*/gi, ' ')
    .replace(/`/g, '')
    .replace(link, '$1')
    .replace(address, ' ')
    .replace(/^\s{0,3}(?:#{1,6}|>)\s+/gm, '')
    .replace(/^\s*[-*•]\s+/gm, '')
    .replace(emphasis, '')
    // © and ™ and their like count as pictures; digits, `#` and `*` do not.
    .replace(pictures, '')
    .replace(/\(\s*\)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?])/g, '$1')
    .trim();
  return /[\p{L}\p{N}$€£#*%&+@]/u.test(plain) ? plain : '';
}
