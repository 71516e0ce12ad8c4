import type { ConversationState } from '../state';

/** Words most often follow a sound of the caller's within this. */
export const usualWordsAfterMs = 600;
/** A sound that no word follows within this was none of the caller's. */
export const wordsAfterMs = 1_000;

/** When to do what would fall into the caller's first words: a little later than due while there was a sound just now. */
export function afterSoundMs({ hearing }: ConversationState, dueMs: number, forMs = wordsAfterMs): number {
  if (hearing.startedAtMs === null || hearing.startedAtMs > dueMs + forMs) return dueMs;
  // Of one sound only: a noise that does not end holds up nothing for ever.
  return Math.max(dueMs, Math.min(hearing.startedAtMs, dueMs) + forMs);
}
