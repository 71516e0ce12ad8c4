/** How long a text takes to speak when nothing better is known: 15 characters a second, a brisk voice. */
export const speakingMsPerChar = 65;

/**
 * The words of a text that were heard when `playedMs` of its `totalMs` were played, taking the time of each word as
 * proportional to its letters. A word counts once more than half of it was played. Ends at a word's end.
 */
export function heardText(text: string, playedMs: number, totalMs: number): string {
  if (playedMs <= 0 || totalMs <= 0) return '';
  if (playedMs >= totalMs) return text;
  const heardChars = (playedMs / totalMs) * text.length;
  let end = 0;
  for (const word of text.matchAll(/[^\s\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]/gu)) {
    if (word.index + word[0].length / 2 > heardChars) break;
    end = word.index + word[0].length;
  }
  return text.slice(0, end);
}
