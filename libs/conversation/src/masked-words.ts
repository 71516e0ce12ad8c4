import type { ConversationEvent } from './events';
import { languageFacts } from './languages';
import type { ConversationSettings } from './settings';
import { normaliseWords } from './words';

/** Texts under these names are ours, not anybody's words. */
const plainNames: readonly string[] =
  'type,kind,id,by,name,code,message,fault,reason,toolCallId,inputSchema'.split(',');
/** What stands under these is the customer's and the caller's, whatever its names. */
const foreignNames: readonly string[] = ['input', 'result', 'output', 'passages'];

/**
 * Puts words that mean nothing in the place of those that were said, wherever they stand in a recorded conversation.
 * The same word always gives the same one, as long as it and with the same capitals, so that the conversation takes
 * nearly the same turns. Words that it goes by itself (`stop`, `um`, `okay` …) stay, and so do punctuation and the names
 * of tools; digits become other digits. `digest` makes the new letters: 16 bytes or more, from a secret that is thrown
 * away.
 */
export class MaskedWords {
  private readonly kept: ReadonlySet<string>;

  constructor(
    language: string,
    private readonly digest: (word: string) => Uint8Array,
  ) {
    const { sentences, ...lists } = languageFacts(language);
    const fixed = Object.values<string | readonly string[]>({ ...sentences }).flat();
    const phrases = [...Object.values(lists).flatMap((list) => [...list]), ...fixed];
    this.kept = new Set(phrases.flatMap((phrase) => normaliseWords(phrase).split(' ')));
  }

  settings(settings: ConversationSettings): ConversationSettings {
    const { prompt, initialMessage, history, actions, collectFields } = settings;
    return {
      ...settings,
      prompt: this.text(prompt),
      initialMessage: initialMessage === null ? null : this.text(initialMessage),
      history: this.inside(history, plainNames),
      actions: this.inside(actions, plainNames),
      collectFields: this.inside(collectFields, plainNames),
    };
  }

  event(event: ConversationEvent): ConversationEvent {
    return this.inside(event, plainNames);
  }

  text(text: string): string {
    return text.replace(/[\p{L}\p{M}]+|\p{Nd}+/gu, (word) => this.word(word));
  }

  private word(word: string): string {
    if (this.kept.has(normaliseWords(word))) return word;
    const bytes = this.digest(word.toLowerCase());
    return Array.from(word, (letter, index) => likeIt(letter, bytes, index)).join('');
  }

  /** A value with all its texts masked, but for those under `plain` names. Texts that hold JSON stay JSON. */
  private inside<T>(value: T, plain: readonly string[]): T {
    if (typeof value === 'string') return this.textOrJson(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.inside(item, plain)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        plain.includes(name) ? item : this.inside(item as unknown, foreignNames.includes(name) ? [] : plain),
      ]),
    ) as T;
  }

  private textOrJson(text: string): string {
    if (!/^\s*[{[]/.test(text)) return this.text(text);
    try {
      return JSON.stringify(this.inside(JSON.parse(text) as unknown, []));
    } catch {
      return this.text(text);
    }
  }
}

/** A letter of the same kind: the conversation looks at scripts, capitals and digits. */
function likeIt(letter: string, bytes: Uint8Array, index: number): string {
  const at = (2 * index) % (bytes.length - 1);
  const number = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) + index;
  for (const { pattern, first, count } of kinds) {
    if (pattern.test(letter)) return String.fromCodePoint(first + (number % count));
  }
  return letter;
}

const kinds = [
  { pattern: /\p{Nd}/u, first: 0x30, count: 10 },
  { pattern: /[\u3040-\u30ff]/u, first: 0x304b, count: 30 },
  { pattern: /[\u3400-\u9fff]/u, first: 0x4e00, count: 2_000 },
  { pattern: /[\uac00-\ud7af]/u, first: 0xac00, count: 2_000 },
  { pattern: /[\u0900-\u0963]/u, first: 0x0915, count: 30 },
  { pattern: /\p{Lu}/u, first: 0x41, count: 26 },
  { pattern: /\p{L}/u, first: 0x61, count: 26 },
] as const;
