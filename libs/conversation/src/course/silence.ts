import { finish } from './ending';
import { languageFacts } from '../languages';
import type { Progress } from '../progress';
import { afterSoundMs } from '../hearing/sounds';
import { isSilent, saySentence } from '../speaking/speech';
import type { ConversationState } from '../state';

/** When the silence has lasted too long; null while anyone speaks or something is under way. */
export function idleAtMs(state: ConversationState): number | null {
  if (!isQuiet(state)) return null;
  return afterSoundMs(state, state.lastWordAtMs + state.settings.idleMs);
}

/** When to ask whether someone is there; null when that is not wanted, was asked, or nobody waits. */
export function checkInAtMs(state: ConversationState): number | null {
  const { settings, checkedInAtMs, lastWordAtMs } = state;
  const wasAsked = checkedInAtMs !== null && checkedInAtMs >= lastWordAtMs;
  if (!settings.askIfPresentOnIdle || wasAsked || !isQuiet(state)) return null;
  return afterSoundMs(state, lastWordAtMs + Math.min(settings.timing.checkInMs, settings.idleMs / 2));
}

export function idleTooLong(p: Progress): void {
  finish(p, 'idle', null);
}

/** The question does not count as a word: an empty line would otherwise be held forever. */
export function checkIn(p: Progress): void {
  p.set({ checkedInAtMs: p.nowMs });
  saySentence(p, 'check_in', languageFacts(p.state.settings.language).sentences.areYouThere);
}

function isQuiet(state: ConversationState): boolean {
  const { phase, activity, hearing } = state;
  return (
    phase.is === 'talking' &&
    activity.is === 'listening' &&
    isSilent(state) &&
    !hearing.words &&
    !hearing.interim &&
    !hearing.keys &&
    !hearing.owed
  );
}
