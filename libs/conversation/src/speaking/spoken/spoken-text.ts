import { englishRules } from './english';
import { rulesOf } from './other-languages';
import type { SpeechRule } from './speech-rule';
import { applyRules } from './speech-rule';
import type { SpokenForm } from './spoken-form';

const known = new Map<string, readonly SpeechRule[]>([['en', englishRules]]);

/** Nothing that any rule could change: most sentences, and the rules cost some 50 µs. */
const plainWords = /^[\p{L}\p{M}\s,;:!?'"“”’‘¿¡।。、，！？]*\.?$/u;
/** It may be an abbreviation. */
const shortLastWord = /(?:^|[^\p{L}])\p{L}{1,5}\.$/u;
const abbreviatesWithoutPeriod: ReadonlySet<string> = new Set(['fr', 'pt']);

/**
 * A plain text with its spoken form in a language (ISO 639-1, also with a region): numbers, money, dates, times, numbers
 * to call, addresses and abbreviations as people say them. In a language that is not known they stay as they are.
 */
export function spokenForm(text: string, language: string): SpokenForm {
  const code = language.toLowerCase().split('-')[0] ?? '';
  if (!abbreviatesWithoutPeriod.has(code) && plainWords.test(text) && !shortLastWord.test(text)) {
    return { text, spoken: text, swaps: [] };
  }
  return applyRules(text, rulesFor(code));
}

function rulesFor(code: string): readonly SpeechRule[] {
  const rules = known.get(code) ?? rulesOf(code) ?? [];
  // Compiled once: a language has some dozens of patterns.
  if (rules.length > 0) known.set(code, rules);
  return rules;
}
