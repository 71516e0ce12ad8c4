import { fields } from '@parley/contracts';

const maxKeys = 64;
const maxKeyChars = 200;
const maxValueChars = 4_096;
/** A little less than a call's context may hold in all. */
const maxChars = 60_000;
const maxNamed = 5;

const key = fields.text(maxKeyChars).min(1);
const value = fields.text(maxValueChars);

/** A call's context, and the names of what could not be taken into it. */
export interface FlatContext {
  readonly context: Record<string, string>;
  readonly dropped: readonly string[];
}

/** Takes texts, numbers and booleans out of an object, 64 at most of 4,096 characters each; all else is dropped. */
export function flatContext(answer: Readonly<Record<string, unknown>>): FlatContext {
  const context = new Map<string, string>();
  const dropped: string[] = [];
  let chars = 0;
  for (const [name, given] of Object.entries(answer)) {
    const text = textOf(given);
    const size = name.length + (text?.length ?? 0);
    const isTaken = text !== null && key.safeParse(name).success && value.safeParse(text).success;
    if (isTaken && context.size < maxKeys && chars + size <= maxChars) {
      context.set(name, text);
      chars += size;
    } else {
      dropped.push(name);
    }
  }
  return { context: Object.fromEntries(context), dropped };
}

/** For the call's log: what was dropped, by name. */
export function describeDropped(dropped: readonly string[]): string {
  const names = dropped
    .slice(0, maxNamed)
    .map((name) => name.slice(0, 50).replace(/[^\p{L}\p{N} _.-]/gu, '?'));
  const more = dropped.length > maxNamed ? ` and ${dropped.length - maxNamed} more` : '';
  return `The context endpoint gave values that cannot be used: ${names.join(', ')}${more}.`;
}

function textOf(given: unknown): string | null {
  if (typeof given === 'string') return given;
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : null;
}
