import { abandonActions } from '../acting/action-records';
import { preparationFailed } from '../replying/ahead';
import { leaveLastWords, sayLastWords } from './ending';
import type { LastWords } from './ending';
import type { Fault } from '../events';
import { heldSpeechFailed } from '../speaking/held-speech';
import { fillerFailed, isFiller } from '../speaking/fillers';
import { languageFacts } from '../languages';
import type { Progress } from '../progress';
import { abandonReply, cancelReply, forgetUnheard, replyOf, requestReply } from '../replying/reply';
import {
  dropUnsent,
  findUtterance,
  heldAs,
  leastSpeechWaitMs,
  repeatSpeech,
  saySentence,
} from '../speaking/speech';
import type { Utterance } from '../state';
import { takeInterim } from '../hearing/turn';

/** The fault of a reply without a word or a call. */
export const emptyReplyCode = 'MODEL.EMPTY';
/** A transcriber that is lost again within this time is not opened a third time. */
const transcriberTrialMs = 60_000;

/** The model failed. One new request where nothing of the reply is in speech and there is time; else the call ends. */
export function modelFailed(p: Progress, replyId: number, fault: Fault): void {
  const reply = replyOf(p, replyId);
  if (!reply || preparationFailed(p, replyId, fault)) return;
  p.problem(fault.code, fault.message);
  const { timing } = p.state.settings;
  const hasTime = p.nowMs - reply.sinceMs <= timing.retryUntilMs;
  const isWorthIt = fault.retryable && reply.attempt === 1 && hasTime;
  const isUnheard = isWorthIt && forgetUnheard(p, reply);
  abandonReply(p);
  // A model that has nothing to say is no reason to hang up.
  if (fault.code === emptyReplyCode && reply.attempt > 1) {
    saySentence(p, 'reply', languageFacts(p.state.settings.language).sentences.goOn);
    return;
  }
  if (!isUnheard) {
    endWithApology(p, fault);
    return;
  }
  requestReply(p, { round: reply.round, attempt: reply.attempt + 1, sinceMs: reply.sinceMs });
}

/** The model gave no sign of life in time. */
export function modelSilent(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'replying') return;
  const { replyId, gotAnything } = activity;
  p.emit({ type: 'cancel_reply', replyId });
  const fault = gotAnything
    ? { code: 'MODEL.STALLED', message: 'The model stopped in the middle of its reply.', retryable: true }
    : { code: 'MODEL.TIMEOUT', message: 'The model gave no sign of life in time.', retryable: true };
  modelFailed(p, replyId, fault);
}

/**
 * An utterance's speech failed. One new request where none of its audio has come and the caller can still wait for it.
 * A voice that gives nothing for that either is dead: the carrier says the last words.
 */
export function speechFailed(p: Progress, utteranceId: number, fault: Fault): void {
  const utterance = findUtterance(p.state, utteranceId);
  if (utterance?.synthesis !== 'requested') return;
  if (heldAs(p.state, utterance) !== null) {
    heldSpeechFailed(p, utterance, fault);
    return;
  }
  p.problem(fault.code, fault.message);
  if (isFiller(p.state, utterance.partId)) {
    fillerFailed(p, utterance);
    return;
  }
  const { phase } = p.state;
  // A voice that fails the last words as well, at once or in their middle, will not say them.
  if (phase.is === 'closing') leaveLastWords(p, phase);
  else if (!hasNoAudio(utterance)) endWithApology(p, fault);
  else if (fault.retryable && utterance.attempt === 1 && mayWaitMore(p, utterance))
    repeatSpeech(p, utterance);
  else {
    stopWork(p);
    leaveLastWords(p, apologyFor(p, fault));
  }
}

function mayWaitMore(p: Progress, { neededByMs }: Utterance): boolean {
  return neededByMs === null || neededByMs - p.nowMs >= leastSpeechWaitMs;
}

/** An utterance's audio did not come, or stopped coming. */
export function speechStalled(p: Progress, utterance: Utterance): void {
  const fault = hasNoAudio(utterance)
    ? { code: 'SYNTHESIZER.TIMEOUT', message: 'No speech came in time.', retryable: true }
    : { code: 'SYNTHESIZER.STALLED', message: 'The speech broke off.', retryable: true };
  speechFailed(p, utterance.id, fault);
}

/** The transcriber is lost: opened once more, and given up when it is lost again soon. */
export function transcriberFailed(p: Progress, fault: Fault): void {
  p.problem(fault.code, fault.message);
  if (p.state.phase.is === 'closing') return;
  // Its final will not come: another session hears what follows.
  takeInterim(p);
  const last = p.state.transcriberFailedAtMs;
  const isFirst = last === null || p.nowMs - last > transcriberTrialMs;
  p.set({ transcriberFailedAtMs: p.nowMs });
  if (isFirst && fault.retryable) p.emit({ type: 'open_transcriber' });
  else endWithApology(p, fault);
}

/** What is in the carrier's hands is still heard; then the caller is told, and the call ends. */
function endWithApology(p: Progress, fault: Fault): void {
  stopWork(p);
  dropUnsent(p);
  sayLastWords(p, apologyFor(p, fault));
}

function stopWork(p: Progress): void {
  abandonActions(p);
  cancelReply(p);
}

function apologyFor(p: Progress, fault: Fault): LastWords {
  const { apology: sentence } = languageFacts(p.state.settings.language).sentences;
  return { sentence, reason: 'provider_failed', errorMessage: describe(fault) };
}

function describe(fault: Fault): string {
  return `${fault.code}: ${fault.message}`.slice(0, 1_000);
}

function hasNoAudio(utterance: Utterance): boolean {
  return utterance.startMs === null && utterance.heldBytes === 0;
}
