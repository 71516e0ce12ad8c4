const passageChars = 800;
/** So much of a passage's end is the beginning of the next, so that no sentence is only ever cut in two. */
const overlapChars = 120;
/** Where a passage may end, best first; each match ends behind the mark. */
const ends = [/\n\s*\n/g, /[.!?。！？]["')\]]*(?=\s|$)|[。！？]/g, /\s/g] as const;

/** Cuts a text into passages of at most 800 characters, at ends of paragraphs, sentences or words where there are any. */
export function cutPassages(text: string): string[] {
  const passages: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfPassage(text, start);
    const passage = text.slice(start, end).trim();
    if (passage !== '') passages.push(passage);
    if (end === text.length) break;
    start = Math.max(start + 1, startOfNext(text, end));
  }
  return passages;
}

function endOfPassage(text: string, start: number): number {
  const latest = start + passageChars;
  if (latest >= text.length) return text.length;
  const window = text.slice(start, latest);
  for (const mark of ends) {
    const last = [...window.matchAll(mark)].at(-1);
    const end = last ? last.index + last[0].length : 0;
    if (end > passageChars / 2) return start + end;
  }
  return outsideOfPair(text, latest);
}

/** The beginning of a word, if there is one in the overlap. */
function startOfNext(text: string, end: number): number {
  const from = end - overlapChars;
  const space = text.slice(from, end).search(/\s/);
  return outsideOfPair(text, space === -1 ? end : from + space + 1);
}

function outsideOfPair(text: string, index: number): number {
  const isWithinPair =
    /[\ud800-\udbff]/.test(text.charAt(index - 1)) && /[\udc00-\udfff]/.test(text.charAt(index));
  return isWithinPair ? index - 1 : index;
}
