import { commitAhead, dropUnlessFor } from '../replying/ahead';
import { turnEndedNow } from '../metrics';
import { heardAtPace } from './pace';
import type { Progress } from '../progress';
import { requestReply } from '../replying/reply';
import { nothingHeard } from '../state';
import { callerEntries } from './turn-words';
import { joinWords } from '../words';

/** What the caller has said in the running turn, keys included. */
export function saidSoFar(p: Progress): string {
  const { words, keys } = p.state.hearing;
  return joinWords(words, keys && `[pressed ${keys}]`);
}

/** What may still change counts as it stands: nothing will change it any more. */
export function takeInterim(p: Progress): void {
  const { words, interim } = p.state.hearing;
  p.setHearing({ words: joinWords(words, interim), interim: '' });
}

/** Puts the caller's words of the running turn on record and in the history. */
export function recordCallersWords(p: Progress): void {
  const text = saidSoFar(p);
  const { startedAtMs, promoted, owed } = p.state.hearing;
  p.set({ history: [...p.state.history, ...callerEntries(p.state, text)] });
  if (text) tellCallersWords(p, text, startedAtMs);
  notePace(p);
  p.set({ hearing: { ...nothingHeard, promoted, owed } });
}

function notePace(p: Progress): void {
  const { words, startedAtMs, stoppedAtMs } = p.state.hearing;
  if (startedAtMs === null || stoppedAtMs === null) return;
  const pace = heardAtPace(p.state.ear.pace, words, stoppedAtMs - startedAtMs);
  p.set({ ear: { ...p.state.ear, pace } });
}

export function tellCallersWords(p: Progress, text: string, startedAtMs: number | null): void {
  p.tell({
    type: 'message',
    sender: 'human',
    text,
    started_at_ms: startedAtMs ?? p.nowMs,
    interrupted: false,
  });
}

/** The caller's turn is over: its words are recorded, and the model is asked, unless the answer is prepared. */
export function answerTurn(p: Progress): void {
  dropUnlessFor(p, saidSoFar(p));
  turnEndedNow(p);
  recordCallersWords(p);
  p.setHearing({ owed: false });
  if (p.state.ahead) commitAhead(p);
  else requestReply(p, { round: 0, attempt: 1, sinceMs: p.nowMs });
}
