/** How a text marks what is to be filled in: `${name}`, or `{{contact.name}}`. */
export type PlaceholderStyle = 'dollar' | 'braces';

export interface FilledText {
  readonly text: string;
  /** Names that the context lacks, each once, in their order. */
  readonly missing: readonly string[];
}

const patterns: Readonly<Record<PlaceholderStyle, RegExp>> = {
  dollar: /\$\{\s*([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,199})\s*\}/gu,
  braces: /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,199})\s*\}\}/gu,
};

/** Fills a text from a call's context, in one pass: what a value holds is never filled again. What is missing is left empty. */
export function fillPlaceholders(
  text: string,
  context: Readonly<Record<string, string>>,
  style: PlaceholderStyle,
): FilledText {
  const missing = new Set<string>();
  const filled = text.replace(patterns[style], (_, name: string) => {
    if (Object.hasOwn(context, name)) return context[name] ?? '';
    missing.add(name);
    return '';
  });
  return { text: filled, missing: [...missing] };
}
