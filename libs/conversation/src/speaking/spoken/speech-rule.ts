import type { SpokenForm, Swap } from './spoken-form';

/** How something written is said: null where this rule has nothing to say. */
export interface SpeechRule {
  /** Global. Earlier rules come first; what one of them has taken no later one touches. */
  readonly find: RegExp;
  readonly say: (found: Found) => string | null;
}

/** What a rule found: the groups by number, `''` where one took no part, and whether the text ends with it. */
export interface Found {
  readonly all: string;
  readonly group: (number: number) => string;
  readonly endsText: boolean;
}

interface Taken {
  readonly from: number;
  readonly to: number;
  readonly spoken: string;
}

/** A text with its spoken form by these rules. */
export function applyRules(text: string, rules: readonly SpeechRule[]): SpokenForm {
  const taken: Taken[] = [];
  for (const { find, say } of rules) {
    for (const match of text.matchAll(find)) {
      const from = match.index;
      const to = from + match[0].length;
      if (to === from || taken.some((other) => from < other.to && other.from < to)) continue;
      const spoken = say({
        all: match[0],
        group: (number) => (match as (string | undefined)[])[number] ?? '',
        endsText: to === text.length,
      });
      if (spoken !== null && spoken !== match[0]) taken.push({ from, to, spoken });
    }
  }
  return build(
    text,
    taken.sort((a, b) => a.from - b.from),
  );
}

function build(text: string, taken: readonly Taken[]): SpokenForm {
  if (taken.length === 0) return { text, spoken: text, swaps: [] };
  const swaps: Swap[] = [];
  let spoken = '';
  let textTo = 0;
  for (const { from, to, spoken: said } of taken) {
    spoken += text.slice(textTo, from);
    swaps.push({
      textFrom: from,
      textTo: to,
      spokenFrom: spoken.length,
      spokenTo: spoken.length + said.length,
    });
    spoken += said;
    textTo = to;
  }
  return { text, spoken: spoken + text.slice(textTo), swaps };
}
