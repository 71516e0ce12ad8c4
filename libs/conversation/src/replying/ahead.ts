import type { Fault } from '../events';
import { releaseHeld } from '../speaking/held-speech';
import { takeUpPrepared, timesAhead } from '../metrics';
import type { Progress } from '../progress';
import { askModel, completeReply, dropAhead, isAhead, takeUpReply } from './reply';
import { isSilent } from '../speaking/speech';
import { callerEntries } from '../hearing/turn-words';
import { joinWords, normaliseWords } from '../words';

/** Answers that are prepared for one turn at most. */
const mostPreparations = 2;

/** Prepares the answer to a turn that may be over, where nothing else is said or done. */
export function prepareWhenOver(p: Progress): void {
  const { hearing, activity, ahead, phase, settings } = p.state;
  if (!hearing.looksOver || ahead || settings.prepareAhead === 'off') return;
  if (phase.is !== 'talking' || activity.is !== 'listening' || !isSilent(p.state)) return;
  const said = joinWords(hearing.words, hearing.interim);
  if (!said || hearing.keys || hearing.preparations >= mostPreparations) return;
  p.setHearing({
    looksOver: false,
    preparations: hearing.preparations + 1,
    modelCalls: hearing.modelCalls + 1,
  });
  const history = [...p.state.history, ...callerEntries(p.state, said)];
  const reply = askModel(p, { round: 0, attempt: 1, sinceMs: p.nowMs }, history);
  const times = timesAhead(p, reply.replyId);
  p.set({ ahead: { words: normaliseWords(said), reply, isComplete: false, times } });
}

/** Throws away what was prepared for other words than these. */
export function dropUnlessFor(p: Progress, said: string): void {
  if (p.state.ahead && p.state.ahead.words !== normaliseWords(said)) dropAhead(p);
}

/** The turn is over, with the words that were prepared for: from here on the reply is the running one. */
export function commitAhead(p: Progress): void {
  const { ahead } = p.state;
  if (!ahead) return;
  const reply = { ...ahead.reply, sinceMs: p.nowMs };
  p.set({ ahead: null });
  takeUpPrepared(p, ahead.times);
  takeUpReply(p, reply);
  releaseHeld(p);
  if (ahead.isComplete) completeReply(p, reply);
}

/** A prepared reply failed: it is asked for again when the turn is over, as if for the first time. */
export function preparationFailed(p: Progress, replyId: number, fault: Fault): boolean {
  if (!isAhead(p, replyId)) return false;
  p.problem(fault.code, fault.message);
  dropAhead(p, true);
  return true;
}

/** A prepared reply gave no sign of life in time. */
export function preparationSilent(p: Progress): void {
  const hasStalled = p.state.ahead?.reply.gotAnything === true;
  if (hasStalled) p.problem('MODEL.STALLED', 'A reply that was prepared stopped in the middle.');
  else p.problem('MODEL.TIMEOUT', 'A reply that was prepared did not come in time.');
  dropAhead(p);
}
