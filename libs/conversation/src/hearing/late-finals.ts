import { normaliseWords } from '../words';

/** Of the words that were known, so many may have been put right since: as a share, the rest rounded off. */
const revisedShare = 0.4;
const unspaced = /[\u3040-\u30ff\u3400-\u9fff]/;

/**
 * What a text holds beyond words that were taken already, also where some of them were put right since. All of it, when
 * it holds other words altogether.
 */
export function beyondKnown(known: string, given: string): string {
  const text = given.trim();
  if (unspaced.test(known)) return beyondPrefix(known, text);
  const wanted = tokensOf(known);
  const tokens = text.split(/\s+/);
  const { count, changes } = bestPrefix(wanted, tokens.map(normalToken));
  if (changes <= Math.floor(wanted.length * revisedShare)) return tokens.slice(count).join(' ');
  return normaliseWords(known).startsWith(normaliseWords(text)) ? '' : text;
}

function beyondPrefix(known: string, text: string): string {
  const wanted = normaliseWords(known);
  for (let end = text.length; end > 0; end -= 1) {
    if (normaliseWords(text.slice(0, end)) === wanted) return text.slice(end).trim();
  }
  return wanted.startsWith(normaliseWords(text)) ? '' : text;
}

/** How many tokens come closest to what is wanted, and how many words differ then (Levenshtein). */
function bestPrefix(
  wanted: readonly string[],
  tokens: readonly string[],
): { readonly count: number; readonly changes: number } {
  let row = wanted.map((_, index) => index + 1);
  let best = { count: 0, changes: wanted.length };
  tokens.forEach((token, index) => {
    let diagonal = index;
    let left = index + 1;
    row = row.map((above, column) => {
      const changes = Math.min(above + 1, left + 1, diagonal + (wanted[column] === token ? 0 : 1));
      diagonal = above;
      left = changes;
      return changes;
    });
    if (left <= best.changes) best = { count: index + 1, changes: left };
  });
  return best;
}

function tokensOf(text: string): string[] {
  return text.split(/\s+/).map(normalToken).filter(Boolean);
}

function normalToken(token: string): string {
  return normaliseWords(token).replaceAll(' ', '');
}
