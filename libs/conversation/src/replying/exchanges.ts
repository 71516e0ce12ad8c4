import type { HistoryEntry } from './history';

/** Characters of an entry as the model is given it. */
function entryChars(entry: HistoryEntry): number {
  switch (entry.kind) {
    case 'agent':
      return entry.calls.reduce(
        (sum, call) => sum + call.name.length + call.arguments.length,
        entry.text.length,
      );
    case 'tool':
      return entry.content.length;
    default:
      return entry.text.length;
  }
}

export function historyChars(history: readonly HistoryEntry[]): number {
  return history.reduce((sum, entry) => sum + entryChars(entry), 0);
}

/**
 * Where a history may be cut: at the first of the caller's words in a row, so that no call of a tool is parted from its
 * answer. Ascending; the last one begins the running turn.
 */
export function exchangeStarts(history: readonly HistoryEntry[]): readonly number[] {
  return history.flatMap((entry, index) =>
    entry.kind === 'caller' && history[index - 1]?.kind !== 'caller' ? [index] : [],
  );
}
