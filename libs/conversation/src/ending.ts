import { abandonActions } from './action-records';
import type { FinishReason } from './effects';
import { tellTimes } from './metrics';
import type { Progress } from './progress';
import { cancelReply } from './reply';
import { cutSpeech, isSilent, saySentence } from './speech';
import { saidSoFar, recordCallersWords } from './turn';
import { joinWords } from './words';

/** The conversation is over, and with it the call. */
export function finish(p: Progress, reason: FinishReason, errorMessage: string | null): void {
  windUp(p);
  p.emit({ type: 'finish', reason, errorMessage });
}

/** The conversation is over; the call is someone else's, or has ended. */
export function release(p: Progress, reason: string): void {
  windUp(p);
  p.emit({ type: 'release', reason });
}

/** Says one last sentence, which nothing interrupts, and ends the call when it was heard. */
export function sayLastWords(
  p: Progress,
  sentence: string,
  reason: FinishReason,
  errorMessage: string | null,
): void {
  const deadlineMs = p.nowMs + p.state.settings.timing.lastWordsMs;
  p.set({ phase: { is: 'closing', reason, errorMessage, deadlineMs } });
  saySentence(p, 'last_words', sentence);
}

/** Ends the call once the last words were heard. */
export function advanceEnding(p: Progress): void {
  const { phase } = p.state;
  if (phase.is === 'closing' && isSilent(p.state)) finish(p, phase.reason, phase.errorMessage);
}

/** Stops all, and puts on record what was heard and said until now. */
function windUp(p: Progress): void {
  abandonActions(p);
  cancelReply(p);
  cutSpeech(p);
  const { interim, words } = p.state.hearing;
  if (interim) p.setHearing({ words: joinWords(words, interim), interim: '' });
  if (saidSoFar(p)) recordCallersWords(p);
  tellTimes(p, null);
  p.set({ phase: { is: 'over' } });
}
