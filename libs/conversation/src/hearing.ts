import { dropUnlessFor } from './ahead';
import { asksForTurn } from './barge-in';
import { endOfTurnWaitMs, holdMs } from './end-of-turn';
import type { Listening } from './end-of-turn';
import { noteInterruption, soundOverAgent } from './false-alarm';
import { languageFacts } from './languages';
import { beyondKnown } from './late-finals';
import { turnTakenBack } from './metrics';
import { isSayingFiller } from './fillers';
import { greet } from './opening';
import { resumeSpeech } from './pausing';
import type { TranscriberEvent } from './ports';
import type { Progress } from './progress';
import { cancelReply, dropAhead } from './reply';
import { cutSpeech, heardSoFar, isSpeaking } from './speech';
import type { ConversationState } from './state';
import { interruptActions, mayInterruptActions } from './tools';
import { answerTurn, recordCallersWords, saidSoFar, tellCallersWords } from './turn';
import { endsSentence, isUnfinished } from './unfinished-words';
import { joinWords, normaliseWords } from './words';

/** A question this close to the end of what was heard is still open. */
const openQuestionChars = 80;
/** Less apart, two zeros are of one session. */
const sameSessionMs = 500;
/** Two clocks may be so far apart. */
const mostEarlyMs = 20;
/** The end of the last word is not believed to have been longer ago. */
const mostLateMs = 10_000;
/** The final of an interim that was taken for final comes within this, or never. */
const finalFollowsMs = 5_000;
/** Words follow a sound within this. */
const wordsFollowSoundMs = 600;
/** Sounds alone do not keep a turn open for longer. */
const mostHeldMs = 2_000;

type Final = Extract<TranscriberEvent, { type: 'final' }>;

/** What the transcriber heard. */
export function heardByTranscriber(p: Progress, event: TranscriberEvent): void {
  switch (event.type) {
    case 'speech_started':
      // Sound is not yet a word: it starts nothing, but a turn's words began with it.
      if (!hasWords(p)) p.setHearing({ startedAtMs: p.nowMs });
      waitForSound(p);
      soundOverAgent(p);
      break;
    case 'interim':
      heardInterim(p, event.text);
      break;
    case 'final':
      heardFinal(p, event);
      break;
    case 'eager_end_of_turn':
      heardInterim(p, event.text);
      looksOver(p);
      break;
    case 'turn_resumed':
      p.setHearing({ looksOver: false, standsAtMs: null });
      dropAhead(p);
      break;
    case 'utterance_ended':
      if (hasWords(p)) noteStopped(p, event.lastWordEndMs);
      toldOver(p);
      break;
  }
}

/** Audio was sent to a transcriber, and tells, or tells better, where the zero of its times lies. */
export function listeningBegan(p: Progress, audioMs: number): void {
  const beganAtMs = Number.isFinite(audioMs) ? p.nowMs - Math.max(0, audioMs) : null;
  const { ear } = p.state;
  const movedMs =
    beganAtMs === null || ear.beganAtMs === null ? Infinity : Math.abs(beganAtMs - ear.beganAtMs);
  // A zero that was placed better is the same session's. In another, what the transcriber tells is yet to be seen.
  const isSame = movedMs < sameSessionMs;
  p.set({ ear: { ...ear, beganAtMs, ...(!isSame && { tellsEagerEnds: false, lastFinal: null }) } });
}

/** A key was pressed: no accident, so it stops the agent like a word. */
export function keyPressed(p: Progress, key: string): void {
  if (!/^[0-9*#A-D]$/.test(key)) return;
  noteActivity(p);
  p.setHearing({
    keys: `${p.state.hearing.keys}${key}`.slice(-64),
    keysDueMs: p.nowMs + p.state.settings.timing.keyPauseMs,
  });
  dropAhead(p);
  takeFloor(p, () => true);
}

/** No more words came in time: the turn is over, and what has been heard is all of it. */
export function endOfTurnDue(p: Progress): void {
  const { words, interim } = p.state.hearing;
  p.setHearing({ dueAtMs: null });
  if (interim) {
    const promoted = { text: interim, atMs: p.nowMs };
    p.setHearing({ words: joinWords(words, interim), interim: '', promoted });
  }
  turnOver(p);
}

/** Words have stood unchanged for a while: if they end a sentence, the turn may be over. */
export function wordsStand(p: Progress): void {
  const { words, interim } = p.state.hearing;
  p.setHearing({ standsAtMs: null });
  const isLikely = interim ? endsSentence(interim) : !isUnfinished(words, p.state.settings.language);
  if (isLikely) p.setHearing({ looksOver: true });
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
  const before = p.state.hearing.interim;
  noteActivity(p);
  p.setHearing({ interim });
  if (interim !== before && normaliseWords(interim) !== normaliseWords(before)) wordsChanged(p);
  considerWords(p);
}

function heardFinal(p: Progress, { text, endMs, endOfTurn }: Final): void {
  const words = isRepeated(p, text, endMs) ? '' : withoutPromoted(p, text);
  p.set({ ear: { ...p.state.ear, lastFinal: { text, endMs } } });
  p.setHearing({ interim: '', promoted: null });
  if (words) {
    noteActivity(p);
    p.setHearing({ words: joinWords(p.state.hearing.words, words) });
    wordsChanged(p);
    noteStopped(p, endMs);
    considerWords(p);
  }
  if (endOfTurn) toldOver(p);
  else if (endOfTurn === null && words) waitForMore(p);
}

/** The same segment once more. */
function isRepeated({ state }: Progress, text: string, endMs: number): boolean {
  const { lastFinal } = state.ear;
  if (!lastFinal || endMs <= 0 || lastFinal.endMs !== endMs) return false;
  return normaliseWords(lastFinal.text) === normaliseWords(text);
}

/** Text without what was taken for final already. */
function withoutPromoted(p: Progress, text: string): string {
  const { promoted } = p.state.hearing;
  const given = text.trim();
  if (promoted === null || !given || p.nowMs - promoted.atMs > finalFollowsMs) return given;
  return beyondKnown(promoted.text, given);
}

/** Other words than before: what was made of those before is void. */
function wordsChanged(p: Progress): void {
  const { settings, ear, hearing } = p.state;
  const isWatched = settings.prepareAhead !== 'off' && !ear.tellsEagerEnds;
  p.setHearing({
    dueAtMs: null,
    stoppedAtMs: null,
    looksOver: false,
    standsAtMs: isWatched ? p.nowMs + settings.timing.standingMs : null,
  });
  dropUnlessFor(p, joinWords(hearing.words, hearing.interim));
}

/** The transcriber by itself takes the turn for all but over. */
function looksOver(p: Progress): void {
  const { words, interim } = p.state.hearing;
  p.set({ ear: { ...p.state.ear, tellsEagerEnds: true } });
  const said = joinWords(words, interim);
  if (said && !isUnfinished(said, p.state.settings.language)) p.setHearing({ looksOver: true });
  p.setHearing({ standsAtMs: null });
}

/** Places the end of the caller's last word, if the transcriber's times can be believed. */
function noteStopped(p: Progress, endMs: number): void {
  const { beganAtMs } = p.state.ear;
  if (beganAtMs === null || !(endMs > 0)) return;
  const stoppedAtMs = Math.round(beganAtMs + endMs);
  const agoMs = p.nowMs - stoppedAtMs;
  if (agoMs >= -mostEarlyMs && agoMs <= mostLateMs) {
    p.setHearing({ stoppedAtMs: Math.min(stoppedAtMs, p.nowMs) });
  }
}

/** The transcriber takes the turn for over. Words that are plainly unfinished get a little more time. */
function toldOver(p: Progress): void {
  const { hearing, settings } = p.state;
  if (hearing.interim) {
    // Their final may still be on its way.
    p.setHearing({ dueAtMs: hearing.dueAtMs ?? p.nowMs + settings.timing.lateFinalMs });
    return;
  }
  const untilMs = heldUntilMs(p);
  if (untilMs > p.nowMs) p.setHearing({ dueAtMs: untilMs, looksOver: true });
  else turnOver(p);
}

function heldUntilMs(p: Progress): number {
  const { hearing, settings, phase, activity } = p.state;
  const { words, keys, stoppedAtMs, dueAtMs } = hearing;
  if (!words || keys || phase.is === 'closing' || activity.is === 'acting' || isSpeaking(p.state)) return 0;
  const forMs = holdMs(words, settings.timing.holdUnfinishedMs, listeningOf(p));
  if (forMs === 0) return 0;
  // A sign that itself came late has used up a part of that time.
  const lateMs = stoppedAtMs === null ? Infinity : stoppedAtMs + forMs + settings.timing.lateFinalMs;
  return Math.min(p.nowMs + forMs, lateMs, dueAtMs ?? Infinity);
}

/** Words that are final, and no word of whether the turn is over: their kind tells how long to wait for more. */
function waitForMore(p: Progress): void {
  const { words } = p.state.hearing;
  if (isSpeaking(p.state) && !wantsTurn(p, words)) turnOver(p);
  else p.setHearing({ dueAtMs: p.nowMs + endOfTurnWaitMs(words, listeningOf(p)), looksOver: true });
}

/** The caller makes a sound while the turn is about to end: words may follow. */
function waitForSound(p: Progress): void {
  const { dueAtMs, lastWordsAtMs } = p.state.hearing;
  if (dueAtMs === null || isSpeaking(p.state)) return;
  const untilMs = Math.min(p.nowMs + wordsFollowSoundMs, (lastWordsAtMs ?? p.nowMs) + mostHeldMs);
  p.setHearing({ dueAtMs: Math.max(dueAtMs, untilMs) });
}

function listeningOf({ state }: Progress): Listening {
  const { settings, ear, history } = state;
  const last = history.findLast((entry) => entry.kind === 'agent' && entry.text !== '');
  return {
    language: settings.language,
    sensitivity: settings.endpointingSensitivity,
    speed: settings.conversationSpeed,
    pace: ear.pace,
    asked: last?.kind === 'agent' ? last.text : '',
  };
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
    if (!wanted()) soundOverAgent(p);
    else {
      noteInterruption(p);
      if (isSayingFiller(p.state)) takeBack(p);
      else interrupt(p);
    }
  } else if (isPreparing(p.state)) {
    takeBack(p);
  }
}

/** A reply is on its way, and nothing of it was heard. */
function isPreparing({ activity, speech }: ConversationState): boolean {
  return (
    activity.is === 'replying' ||
    speech.parts.some(({ kind, held }) => held === null && (kind === 'reply' || kind === 'check_in'))
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
    stoppedAtMs: null,
    dueAtMs: null,
    standsAtMs: null,
    looksOver: false,
    aside: { text: joinWords(aside?.text ?? '', said), atMs: p.nowMs },
  });
}

function hasWords(p: Progress): boolean {
  const { words, interim, keys } = p.state.hearing;
  return words !== '' || interim !== '' || keys !== '';
}
