import { asksForTurn, onlyListens } from './barge-in';
import { noteInterruption, soundOverAgent } from './false-alarm';
import { isSayingFiller } from '../speaking/fillers';
import { languageFacts } from '../languages';
import { turnTakenBack } from '../metrics';
import type { Progress } from '../progress';
import { cancelReply, isPreparing } from '../replying/reply';
import { cutSpeech, heardSoFar, isSpeaking } from '../speaking/speech';
import type { ConversationState } from '../state';
import { interruptActions, mayInterruptActions } from '../acting/tools';
import { joinWords } from '../words';

/** A question this close to the end of what was heard is still open. */
const openQuestionChars = 80;
const question = /[?？]|か。/;

/** The caller's words so far, over whatever the agent is at: they take the floor if they ask for it. */
export function wordsOverAgent(p: Progress): void {
  const { words, interim } = p.state.hearing;
  const said = joinWords(words, interim);
  takeFloor(
    p,
    () => wantsTurn(p, said),
    () => !waitsFor(p.state, said),
  );
}

/** A key is no accident: it takes the floor, whatever the agent is at. */
export function keyOverAgent(p: Progress): void {
  const always = () => true;
  takeFloor(p, always, always);
}

/** Whether words over the agent's speech ask for the turn. */
export function wantsTurn(p: Progress, said: string): boolean {
  const { settings, activity, speech } = p.state;
  const kind = speech.parts.find((part) => part.startedAtMs !== null)?.kind;
  if (kind === 'check_in') return true;
  return asksForTurn(said, {
    sensitivity: settings.interruptSensitivity,
    language: languageFacts(settings.language),
    asked: question.test(heardSoFar(p.state, p.nowMs).slice(-openQuestionChars)),
    greeting: kind === 'greeting',
    unfinished: p.state.hearing.interim !== '',
    farewell: activity.is === 'acting' && activity.current?.action.type === 'action_end_conversation',
  });
}

/** Whether a reply is on its way, and the caller has said nothing but that they wait for it. */
export function waitsFor(state: ConversationState, said: string): boolean {
  const { speech, settings, hearing } = state;
  if (speech.parts.some(({ kind }) => kind === 'check_in')) return false;
  return isPreparing(state) && onlyListens(said, languageFacts(settings.language), hearing.interim !== '');
}

/** Stops the agent, whatever it is at. */
export function interrupt(p: Progress): void {
  const { activity, speech } = p.state;
  const hadReply = activity.is === 'replying' || speech.parts.some(({ kind }) => kind === 'reply');
  cancelReply(p);
  cutSpeech(p);
  interruptActions(p);
  const last = p.state.history.at(-1)?.kind;
  const isUnanswered = hadReply && (last === 'caller' || last === 'tool');
  p.setHearing({ stoppedAgent: true, owed: isUnanswered || p.state.hearing.owed });
}

/** Gives the caller the floor if what is under way allows it, and it is wanted over speech, or over a reply that is on its way. */
function takeFloor(p: Progress, overSpeech: () => boolean, overThought: () => boolean): void {
  const { phase, activity } = p.state;
  if (phase.is !== 'talking' || !mayInterruptActions(activity)) return;
  if (isSpeaking(p.state)) {
    if (!overSpeech()) soundOverAgent(p);
    else {
      noteInterruption(p);
      if (isSayingFiller(p.state)) takeBack(p);
      else interrupt(p);
    }
  } else if (isPreparing(p.state) && overThought()) takeBack(p);
}

/** The caller just goes on: what was being prepared is dropped, and both parts of the turn get one answer. */
function takeBack(p: Progress): void {
  interrupt(p);
  turnTakenBack(p);
}
