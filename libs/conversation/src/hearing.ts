import { asksForTurn } from './barge-in';
import { soundOverAgent } from './false-alarm';
import { languageFacts } from './languages';
import { turnTakenBack } from './metrics';
import { greet } from './opening';
import type { TranscriberEvent } from './ports';
import type { Progress } from './progress';
import { cancelReply } from './reply';
import { cutSpeech, heardSoFar, isSpeaking, resumeSpeech } from './speech';
import type { ConversationState } from './state';
import { interruptActions, mayInterruptActions } from './tools';
import { answerTurn, recordCallersWords, saidSoFar, tellCallersWords } from './turn';
import { joinWords, normaliseWords } from './words';

/** A question this close to the end of what was heard is still open. */
const openQuestionChars = 80;

/** What the transcriber heard. */
export function heardByTranscriber(p: Progress, event: TranscriberEvent): void {
  switch (event.type) {
    case 'speech_started':
      // Sound is not yet a word: it starts nothing, but a turn's words began with it.
      if (!hasWords(p)) p.setHearing({ startedAtMs: p.nowMs });
      soundOverAgent(p);
      break;
    case 'interim':
      heardInterim(p, event.text);
      break;
    case 'final':
      heardFinal(p, event.text);
      if (event.endOfTurn) turnOver(p);
      break;
    case 'eager_end_of_turn':
      heardInterim(p, event.text);
      break;
    case 'turn_resumed':
      break;
    case 'utterance_ended':
      turnOver(p);
      break;
  }
}

/** A key was pressed: no accident, so it stops the agent like a word. */
export function keyPressed(p: Progress, key: string): void {
  if (!/^[0-9*#A-D]$/.test(key)) return;
  noteActivity(p);
  p.setHearing({
    keys: `${p.state.hearing.keys}${key}`.slice(-64),
    keysDueMs: p.nowMs + p.state.settings.timing.keyPauseMs,
  });
  takeFloor(p, () => true);
}

/** Words stood too long without an end: the sign of it must have been lost. */
export function endOfTurnLost(p: Progress): void {
  const { words, interim } = p.state.hearing;
  if (interim) p.setHearing({ words: joinWords(words, interim), interim: '', promoted: interim });
  turnOver(p);
}

/** When words of the caller count as a turn though nothing said so; null when none wait. */
export function lostEndOfTurnAtMs(state: ConversationState): number | null {
  const { words, interim, lastWordsAtMs, held, owed } = state.hearing;
  const isWaiting = words !== '' || interim !== '' || (owed && state.activity.is === 'listening');
  if (!isWaiting || lastWordsAtMs === null || held) return null;
  return lastWordsAtMs + state.settings.timing.lostEndOfTurnMs;
}

/** Once the agent's question was heard, a short answer that came over its last syllables is the answer. */
export function answerAside(p: Progress, heard: string): void {
  const { aside } = p.state.hearing;
  const isRecent = aside !== null && p.nowMs - aside.atMs <= 2_500;
  if (isRecent && p.state.activity.is === 'listening' && /[?？]["'”’)]*$/.test(heard)) answerTurn(p);
}

function heardInterim(p: Progress, text: string): void {
  const interim = withoutPromoted(p, text);
  if (!interim) return;
  noteActivity(p);
  p.setHearing({ interim });
  considerWords(p);
}

function heardFinal(p: Progress, text: string): void {
  const words = withoutPromoted(p, text);
  p.setHearing({ interim: '', promoted: null });
  if (!words) return;
  noteActivity(p);
  p.setHearing({ words: joinWords(p.state.hearing.words, words) });
  considerWords(p);
}

/** Text without what was taken for final already. */
function withoutPromoted(p: Progress, text: string): string {
  const { promoted } = p.state.hearing;
  const given = text.trim();
  if (promoted === null || !given) return given;
  const known = normaliseWords(promoted);
  const tokens = given.split(/\s+/);
  for (let count = tokens.length; count > 0; count -= 1) {
    if (normaliseWords(tokens.slice(0, count).join(' ')) === known) return tokens.slice(count).join(' ');
  }
  return known.startsWith(normaliseWords(given)) ? '' : given;
}

function noteActivity(p: Progress): void {
  p.set({ lastWordAtMs: p.nowMs });
  p.setHearing({ startedAtMs: p.state.hearing.startedAtMs ?? p.nowMs, lastWordsAtMs: p.nowMs });
}

function considerWords(p: Progress): void {
  const { words, interim } = p.state.hearing;
  const said = joinWords(words, interim);
  takeFloor(p, () => wantsTurn(p, said));
}

/** Gives the caller the floor if what is under way allows it, and if `wanted` while the agent speaks. */
function takeFloor(p: Progress, wanted: () => boolean): void {
  const { phase, activity } = p.state;
  if (phase.is !== 'talking' || !mayInterruptActions(activity)) return;
  if (isSpeaking(p.state)) {
    if (wanted()) interrupt(p);
    else soundOverAgent(p);
  } else if (isPreparing(p.state)) {
    takeBack(p);
  }
}

/** A reply is on its way, and nothing of it was heard. */
function isPreparing({ activity, speech }: ConversationState): boolean {
  return (
    activity.is === 'replying' || speech.parts.some(({ kind }) => kind === 'reply' || kind === 'check_in')
  );
}

/** The caller just goes on: what was being prepared is dropped, and both parts of the turn get one answer. */
function takeBack(p: Progress): void {
  const { activity, speech } = p.state;
  const owed = activity.is === 'replying' || speech.parts.some(({ kind }) => kind === 'reply');
  interrupt(p);
  turnTakenBack(p);
  p.setHearing({ owed: owed || p.state.hearing.owed });
}

function wantsTurn(p: Progress, said: string): boolean {
  const { settings, activity, speech } = p.state;
  const kind = speech.parts.find((part) => part.startedAtMs !== null)?.kind;
  if (kind === 'check_in') return true;
  return asksForTurn(said, {
    sensitivity: settings.interruptSensitivity,
    language: languageFacts(settings.language),
    asked: /[?？]/.test(heardSoFar(p.state, p.nowMs).slice(-openQuestionChars)),
    greeting: kind === 'greeting',
    unfinished: p.state.hearing.interim !== '',
    farewell: activity.is === 'acting' && activity.current?.action.type === 'action_end_conversation',
  });
}

function interrupt(p: Progress): void {
  cancelReply(p);
  cutSpeech(p);
  interruptActions(p);
}

function turnOver(p: Progress): void {
  const { phase, activity, hearing } = p.state;
  const said = saidSoFar(p);
  // A final may still be on its way for words that are only interim.
  if (!said && !hearing.owed) return;
  if (phase.is === 'closing') recordCallersWords(p);
  else if (phase.is === 'opening') {
    recordCallersWords(p);
    greet(p);
  } else if (phase.is === 'talking') {
    const isOverAgent = isSpeaking(p.state) && mayInterruptActions(activity);
    if (isOverAgent && !hearing.keys && !wantsTurn(p, said)) setAside(p, said);
    else {
      // Said before the agent's first sound, and over only now.
      if (isOverAgent) interrupt(p);
      if (p.state.activity.is === 'acting') p.setHearing({ held: true });
      else answerTurn(p);
    }
  }
}

/** Sounds of listening: on record, remembered for the next turn, not answered. */
function setAside(p: Progress, said: string): void {
  if (!said) return;
  const { aside, startedAtMs } = p.state.hearing;
  tellCallersWords(p, said, startedAtMs);
  resumeSpeech(p);
  p.setHearing({
    words: '',
    startedAtMs: null,
    lastWordsAtMs: null,
    aside: { text: joinWords(aside?.text ?? '', said), atMs: p.nowMs },
  });
}

function hasWords(p: Progress): boolean {
  const { words, interim, keys } = p.state.hearing;
  return words !== '' || interim !== '' || keys !== '';
}
