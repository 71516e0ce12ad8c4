import type { SpokenForm } from './spoken-form';

/** A plain text with its spoken form in a language (ISO 639-1). */
export function spokenForm(text: string, _language: string): SpokenForm {
  return { text, spoken: text, swaps: [] };
}
