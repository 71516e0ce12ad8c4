import type { KnowledgeDocument } from '@parley/contracts';

export type KnowledgeLanguage = KnowledgeDocument['language'];

/** How Postgres takes words apart, by language. */
const configurations: Readonly<Record<KnowledgeLanguage, string>> = {
  en: 'english',
  es: 'spanish',
  de: 'german',
  hi: 'hindi',
  pt: 'portuguese',
  fr: 'french',
  nl: 'dutch',
  id: 'indonesian',
  it: 'italian',
  ja: 'simple',
  ko: 'simple',
};

const unspacedRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;

/** A text as `to_tsvector` is to read it, and with which configuration. */
export function searchedWords(text: string, language: KnowledgeLanguage): { config: string; words: string } {
  const config = configurations[language];
  return { config, words: config === 'simple' ? text.replace(unspacedRun, pairs) : text };
}

/** What is written without spaces, or grows at its ends, is compared by pairs of characters. */
function pairs(run: string): string {
  const characters = Array.from(run);
  if (characters.length < 2) return ` ${run} `;
  return ` ${characters
    .slice(1)
    .map((character, index) => `${characters[index] ?? ''}${character}`)
    .join(' ')} `;
}
