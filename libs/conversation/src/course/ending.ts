import { abandonActions } from '../acting/action-records';
import type { FinishReason } from '../effects';
import { tellTimes } from '../metrics';
import type { Progress } from '../progress';
import { cancelReply } from '../replying/reply';
import { cutSpeech, dropUnsent, isSilent, saySentence } from '../speaking/speech';
import { saidSoFar, recordCallersWords, takeInterim } from '../hearing/turn';

/** The conversation is over, and with it the call. */
export function finish(
  p: Progress,
  reason: FinishReason,
  errorMessage: string | null,
  lastWords: string | null = null,
): void {
  windUp(p);
  p.emit({ type: 'finish', reason, errorMessage, lastWords });
}

/** The conversation is over; the call is someone else's, or has ended. */
export function release(p: Progress, reason: string): void {
  windUp(p);
  p.emit({ type: 'release', reason });
}

/** How a call ends over its last words. */
export interface LastWords {
  readonly sentence: string;
  readonly reason: FinishReason;
  readonly errorMessage: string | null;
}

/** Says one last sentence, which nothing interrupts, and ends the call when it was heard. */
export function sayLastWords(p: Progress, words: LastWords): void {
  close(p, words, false);
  saySentence(p, 'last_words', words.sentence);
}

/** Leaves the last sentence to the carrier's voice, once what it has of the agent's was heard. */
export function leaveLastWords(p: Progress, words: LastWords): void {
  dropUnsent(p);
  close(p, words, true);
}

/** Ends the call once the last words were heard. */
export function advanceEnding(p: Progress): void {
  if (isSilent(p.state)) endClosing(p);
}

/** Ends a call whose last words are being said, or are not coming. */
export function endClosing(p: Progress): void {
  const { phase, speech } = p.state;
  if (phase.is !== 'closing') return;
  const isUnsaid = speech.parts.some((part) => part.kind === 'last_words' && part.startedAtMs === null);
  finish(p, phase.reason, phase.errorMessage, phase.byCarrier || isUnsaid ? phase.sentence : null);
}

function close(p: Progress, { sentence, reason, errorMessage }: LastWords, byCarrier: boolean): void {
  const deadlineMs = p.nowMs + p.state.settings.timing.lastWordsMs;
  p.set({ phase: { is: 'closing', reason, errorMessage, sentence, byCarrier, deadlineMs } });
}

/** Stops all, and puts on record what was heard and said until now. */
function windUp(p: Progress): void {
  abandonActions(p);
  cancelReply(p);
  cutSpeech(p);
  takeInterim(p);
  if (saidSoFar(p)) recordCallersWords(p);
  tellTimes(p, null);
  p.set({ phase: { is: 'over' } });
}
