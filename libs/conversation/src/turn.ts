import { turnEndedNow } from './metrics';
import type { Progress } from './progress';
import { requestReply } from './reply';
import { joinWords } from './words';

/** What the caller has said in the running turn, keys included. */
export function saidSoFar(p: Progress): string {
  const { words, keys } = p.state.hearing;
  return joinWords(words, keys && `[pressed ${keys}]`);
}

/** Puts the caller's words of the running turn on record and in the history. */
export function recordCallersWords(p: Progress): void {
  const text = saidSoFar(p);
  const { startedAtMs, aside } = p.state.hearing;
  const entries = [aside?.text ?? '', text].filter(Boolean);
  p.set({
    history: [...p.state.history, ...entries.map((words) => ({ kind: 'caller' as const, text: words }))],
  });
  if (text) tellCallersWords(p, text, startedAtMs);
  p.setHearing({
    words: '',
    interim: '',
    keys: '',
    keysDueMs: null,
    startedAtMs: null,
    lastWordsAtMs: null,
    aside: null,
    held: false,
  });
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

/** The caller's turn is over: its words are recorded, and the model is asked. */
export function answerTurn(p: Progress): void {
  recordCallersWords(p);
  p.setHearing({ owed: false });
  turnEndedNow(p);
  requestReply(p, { round: 0, attempt: 1, sinceMs: p.nowMs });
}
