import type { LanguageFacts } from '../languages';
import { normaliseWords } from '../words';

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
 * thinking alone, and no goodbye in return. With low, sounds of listening do not, unless they answer a question; `stop`,
 * `wait`, `no` and anything of substance do.
 */
export function asksForTurn(words: string, over: SpokenOver): boolean {
  const said = normaliseWords(words);
  if (!said) return false;
  const tokens = said.split(' ');
  const { hesitations, backchannels, greetings, farewells, stops } = over.language;
  // On a farewell `okay, bye` is no answer, whatever was asked before, and `no, thank you` stops nobody.
  const polite = over.farewell ? [backchannels, farewells] : [backchannels];
  const mayBePolite = over.farewell && over.unfinished && beginsPhrase(said, [farewells]);
  if (!mayBePolite && containsStop(tokens, stops, polite)) return true;
  if (madeOf(tokens, [hesitations])) return false;
  if (over.farewell && madeOf(tokens, [hesitations, ...polite], over.unfinished)) return false;
  if (over.sensitivity === 'high') return true;
  const ignorable = [
    hesitations,
    ...(over.asked ? [] : [backchannels]),
    ...(over.greeting ? [greetings] : []),
  ];
  return !madeOf(tokens, ignorable, over.unfinished);
}

/** Whether words are nothing but signs that the caller is there and listens: `okay`, `hello?`. `unfinished`: more may follow. */
export function onlyListens(words: string, language: LanguageFacts, unfinished: boolean): boolean {
  const { backchannels, greetings, stops } = language;
  const tokens = normaliseWords(words).split(' ');
  return (
    !containsStop(tokens, stops, [backchannels]) && madeOf(tokens, [backchannels, greetings], unfinished)
  );
}

const longestPhrase = 4;

/** A word that stops within a longer phrase that does not, like `no problem`, is none. */
function containsStop(
  tokens: readonly string[],
  stops: ReadonlySet<string>,
  polite: readonly ReadonlySet<string>[],
): boolean {
  for (let from = 0; from < tokens.length;) {
    const stopLength = phraseLengthAt(tokens, from, [stops]);
    const politeLength = phraseLengthAt(tokens, from, polite);
    if (stopLength > 0 && stopLength >= politeLength) return true;
    from += Math.max(1, politeLength);
  }
  return false;
}

/** Whether the words are nothing but phrases of these sets, one after the other; the last may lack its end if `unfinished`. */
function madeOf(
  tokens: readonly string[],
  sets: readonly ReadonlySet<string>[],
  unfinished = false,
): boolean {
  let from = 0;
  while (from < tokens.length) {
    if (unfinished && beginsPhrase(tokens.slice(from).join(' '), sets)) return true;
    const length = phraseLengthAt(tokens, from, sets);
    if (length === 0) return false;
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
