import { fillerPhrases } from './filler-phrases';
import { audibleUntilMs } from './playout';
import type { Progress } from '../progress';
import { afterSoundMs, usualWordsAfterMs } from '../hearing/sounds';
import { addUtterance, breakOff, closePart, dropUtterance, openPart, sendInOrder } from './speech';
import type { ActionRun, ConversationState, SpeechPart, Utterance } from '../state';

/** From the end of one filler to the next, by how many there were; the last holds for all that follow. */
const nextAfterMs = [2_000, 8_000] as const;
const mostInTurn = 4;
/** Stages of an action in which the agent is silent until somebody answers. */
const waitsForAnswer: readonly ActionRun['stage'][] = ['asking', 'checking', 'transferring'];
/** An answer whose speech is on its way is given so much longer: it would have to wait behind the filler. */
const speechOnItsWayMs = 170;

/** When a caller who waits in silence is to hear a short word; null when nobody waits, or none is wanted. */
export function fillerAtMs(state: ConversationState): number | null {
  const { settings, phase, speech, hearing } = state;
  const waitsSinceMs = settings.fillerAfterMs === null ? null : waitingSinceMs(state);
  if (settings.fillerAfterMs === null || waitsSinceMs === null) return null;
  if (phase.is !== 'talking' || settings.maySayNothing || speech.paused) return null;
  // A turn that is over and waits for an action is silence, too.
  const isTurnRunning = !hearing.held && (hearing.words || hearing.keys);
  if (isTurnRunning || hearing.interim) return null;
  const said = fillersSaid(state);
  if (said >= mostInTurn) return null;
  const spokenUntilMs = audibleUntilMs(speech.playout);
  // Behind words of the agent's own, e.g. that it will look something up, a silence may be longer.
  const isFirst = said === 0 && spokenUntilMs <= waitsSinceMs;
  const afterMs = isFirst
    ? settings.fillerAfterMs
    : Math.max(settings.fillerAfterMs, nextAfterMs[Math.max(0, said - 1)] ?? nextAfterMs[1]);
  const isOnItsWay = speech.utterances[0]?.synthesis === 'requested';
  const dueMs =
    Math.max(waitsSinceMs, spokenUntilMs) + afterMs + (isFirst && isOnItsWay ? speechOnItsWayMs : 0);
  return afterSoundMs(state, dueMs, usualWordsAfterMs);
}

/** Says a short word, before whatever is being made ready. On record, but not for the model. */
export function sayFiller(p: Progress): void {
  const { settings, speech, turns, startedAtMs } = p.state;
  const said = fillersSaid(p.state);
  const { short, still } = fillerPhrases(settings.language);
  const phrases = said === 0 && p.state.activity.is === 'replying' ? short : still;
  // Calls do not all begin with the same word, and none comes twice in a row.
  const index = speech.fillers.index < 0 ? startedAtMs : speech.fillers.index + 1;
  const text = phrases[index % phrases.length] ?? '';
  const { parts, utterances } = speech;
  p.setSpeech({ parts: [], utterances: [] });
  const partId = openPart(p, 'filler', null);
  addUtterance(p, partId, { kind: 'words', text });
  closePart(p, partId);
  p.setSpeech({
    parts: [...p.state.speech.parts, ...parts],
    utterances: [...p.state.speech.utterances, ...utterances],
    fillers: { turn: turns, said: said + 1, index: index % (short.length * still.length) },
  });
}

/** A filler that was asked for and not heard is needless once there is something else to hear. */
export function dropNeedlessFiller(p: Progress): void {
  const [filler, next] = p.state.speech.utterances;
  if (!filler || !isFiller(p.state, filler.partId) || filler.startMs !== null || filler.heldBytes > 0) return;
  if (!next || next.heldBytes === 0) return;
  dropUtterance(p, filler);
  sendInOrder(p);
}

/** The voice could not say a filler: the caller goes without, and what is behind it is not held up. */
export function fillerFailed(p: Progress, utterance: Utterance): void {
  if (utterance.startMs === null) dropUtterance(p, utterance);
  else breakOff(p, utterance);
  sendInOrder(p);
}

/** True for a part that only bridges a silence. */
export function isFiller({ speech }: ConversationState, partId: number): boolean {
  return speech.parts.some(({ id, kind }) => id === partId && kind === 'filler');
}

function fillersSaid({ speech, turns }: ConversationState): number {
  return speech.fillers.turn === turns ? speech.fillers.said : 0;
}

/** Since when the caller waits for the agent's next word; null while there is one to be heard, or the turn is the caller's. */
function waitingSinceMs({ activity, speech, times }: ConversationState): number | null {
  const isHeard = (part: SpeechPart) => part.startedAtMs !== null || part.kind === 'filler';
  if (speech.parts.some(isHeard)) return null;
  if (activity.is === 'replying') return activity.sinceMs;
  if (activity.is === 'acting') {
    return activity.current && waitsForAnswer.includes(activity.current.stage) ? activity.sinceMs : null;
  }
  // The model has said all, and its speech has not come.
  const isComing = speech.parts.some(({ kind, held }) => kind === 'reply' && held === null);
  return isComing ? (times?.endedAtMs ?? null) : null;
}

/** True while all that the caller hears is a filler: of the answer nothing was heard. */
export function isSayingFiller({ speech }: ConversationState): boolean {
  return speech.parts.every(({ kind, startedAtMs }) => kind === 'filler' || startedAtMs === null);
}
