/** One entry of a call's log, as far as a transcript shows it. */
export type TranscriptEntry =
  | { readonly kind: 'human'; readonly text: string }
  | { readonly kind: 'bot'; readonly text: string; readonly interrupted: boolean }
  | {
      readonly kind: 'action_started';
      readonly actionType: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'action_finished';
      readonly actionType: string;
      readonly output: Readonly<Record<string, unknown>>;
    }
  /** Facts of the conversation were lost here. */
  | { readonly kind: 'gap' };

/**
 * The call's transcript as one text, a line an entry: `HUMAN: …`, `BOT: …` (with a `-` at its end where the caller cut
 * it), `BOT_ACTION_START: …`, `BOT_ACTION_FINISH: …`. A gap has no line. Line breaks inside what was said become spaces.
 */
export function renderTranscript(entries: readonly TranscriptEntry[]): string {
  return entries.flatMap(lines).join('\n');
}

function lines(entry: TranscriptEntry): readonly string[] {
  switch (entry.kind) {
    case 'human':
      return [`HUMAN: ${oneLine(entry.text)}`];
    case 'bot':
      return [`BOT: ${oneLine(entry.text)}${entry.interrupted ? '-' : ''}`];
    case 'action_started':
      return [`BOT_ACTION_START: ${entry.actionType} ${JSON.stringify(entry.input)}`];
    case 'action_finished':
      return [`BOT_ACTION_FINISH: ${entry.actionType} ${JSON.stringify(entry.output)}`];
    case 'gap':
      return [];
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
