import type { LanguageFacts } from './languages';
import { normaliseWords } from './words';

/** What the agent is saying while words of the caller come in. */
export interface SpokenOver {
  readonly sensitivity: 'low' | 'high';
  readonly language: LanguageFacts;
  /** A question of the agent's has been heard, so that a short answer is an answer. */
  readonly asked: boolean;
  /** The agent greets: a greeting in return is no interruption. */
  readonly greeting: boolean;
  /** The agent says goodbye: so does the caller. */
  readonly farewell: boolean;
  /** More words may follow: the beginning of a phrase is judged when the phrase is complete. */
  readonly unfinished: boolean;
}

/**
 * Whether words spoken over the agent ask for the turn. With high sensitivity any word does, but no sound of
 * thinking alone. With low, sounds of listening do not, unless they answer a question; `stop`, `wait`, `no` and anything of substance do.
 */
export function asksForTurn(words: string, over: SpokenOver): boolean {
  const said = normaliseWords(words);
  if (!said) return false;
  const tokens = said.split(' ');
  if (containsPhrase(tokens, over.language.stops)) return true;
  if (madeOf(tokens, [over.language.hesitations])) return false;
  if (over.sensitivity === 'high') return true;
  const polite = [
    ...(over.greeting ? [over.language.greetings] : []),
    ...(over.farewell ? [over.language.farewells] : []),
  ];
  const ignorable = [
    over.language.hesitations,
    ...(over.asked ? [] : [over.language.backchannels]),
    ...polite,
  ];
  // On a farewell `okay, bye` is no answer, whatever was asked before.
  if (over.farewell) ignorable.push(over.language.backchannels);
  return !madeOf(tokens, ignorable, over.unfinished);
}

const longestPhrase = 4;

function containsPhrase(tokens: readonly string[], phrases: ReadonlySet<string>): boolean {
  return tokens.some((_, from) => phraseLengthAt(tokens, from, [phrases]) > 0);
}

/** Whether the words are nothing but phrases of these sets, one after the other; the last may lack its end if `unfinished`. */
function madeOf(
  tokens: readonly string[],
  sets: readonly ReadonlySet<string>[],
  unfinished = false,
): boolean {
  let from = 0;
  while (from < tokens.length) {
    const length = phraseLengthAt(tokens, from, sets);
    if (length === 0) return unfinished && beginsPhrase(tokens.slice(from).join(' '), sets);
    from += length;
  }
  return true;
}

function beginsPhrase(words: string, sets: readonly ReadonlySet<string>[]): boolean {
  return sets.some((set) => [...set].some((phrase) => phrase.startsWith(`${words} `)));
}

function phraseLengthAt(
  tokens: readonly string[],
  from: number,
  sets: readonly ReadonlySet<string>[],
): number {
  for (let length = Math.min(longestPhrase, tokens.length - from); length > 0; length -= 1) {
    const phrase = tokens.slice(from, from + length).join(' ');
    if (sets.some((set) => set.has(phrase))) return length;
  }
  return 0;
}
