import type { HistoryEntry } from '../replying/history';
import type { ConversationState } from '../state';

/** What the running turn adds to the history: words that were put aside, and what was said. */
export function callerEntries({ hearing }: ConversationState, said: string): HistoryEntry[] {
  return [hearing.aside?.text ?? '', said]
    .filter(Boolean)
    .map((text): HistoryEntry => ({ kind: 'caller', text }));
}
