const link = /!?\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)/g;
const address = /(?:https?:\/\/|www\.)[^\s)>\]]*[^\s)>\].,;:!?]/gi;
const pictures = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3/gu;
const emphasis =
  /(?<![\p{L}\p{N}*_])[*_~]{1,3}(?=[\p{L}\p{N}"'(¿¡$])|(?<=[\p{L}\p{N}"').,:;!?%])[*_~]{1,3}(?![\p{L}\p{N}*_])/gu;

const codeBlock = /```[\s\S]*?```/g;
const tableRule = /^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*$/gm;
const tableRow = /^\s*\|(.*)\|\s*$/gm;
const tag = /<\/?[a-z][a-z0-9]*(?:\s[^<>]{0,200})?\/?>/gi;
const footnote = /\s?\[\d{1,3}\](?!\()/g;
const face = /(?<=^|\s)[:;]-?[)(DPp](?=$|[\s.,!?])/gm;

/**
 * Text as it can be spoken: no markdown, tables or code, no emoji, no web addresses; white space becomes single spaces. Gives `''` when
 * nothing is left that could be spoken.
 */
export function plainSpeech(text: string): string {
  const plain = text
    .replace(codeBlock, ' ')
    .replace(/```[a-z]*/gi, ' ')
    .replace(tag, ' ')
    .replace(tableRule, ' ')
    .replace(
      tableRow,
      (_, cells: string) =>
        `${cells
          .split('|')
          .map((cell) => cell.trim())
          .filter(Boolean)
          .join(', ')}.`,
    )
    .replace(/`/g, '')
    .replace(link, '$1')
    .replace(footnote, '')
    .replace(address, ' ')
    .replace(/^\s{0,3}(?:#{1,6}|>)\s+/gm, '')
    .replace(/^\s*[-*•+]\s+(?:\[[ x]\]\s)?/gim, '')
    .replace(emphasis, '')
    // © and ™ and their like count as pictures; digits, `#` and `*` do not.
    .replace(pictures, '')
    .replace(face, '')
    .replace(/\(\s*\)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?])/g, '$1')
    .trim();
  return /[\p{L}\p{N}$€£#*%&+@]/u.test(plain) ? plain : '';
}
