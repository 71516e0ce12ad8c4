import { dropUnlessFor } from '../replying/ahead';
import { endOfTurnWaitMs, holdMs } from './end-of-turn';
import type { Listening } from './end-of-turn';
import { soundOverAgent } from '../interrupting/false-alarm';
import { keyOverAgent, wantsTurn, wordsOverAgent } from '../interrupting/floor';
import { beyondKnown } from './late-finals';
import type { TranscriberEvent } from '../ports';
import type { Progress } from '../progress';
import { dropAhead } from '../replying/reply';
import { usualWordsAfterMs } from './sounds';
import { heardSoFar, isSpeaking } from '../speaking/speech';
import type { ConversationState } from '../state';
import { takeInterim } from './turn';
import { turnOver } from './turn-end';
import { endsSentence, isUnfinished } from './unfinished-words';
import { joinWords, normaliseWords } from '../words';

/** Less apart, two zeros are of one session. */
const sameSessionMs = 500;
/** Two clocks may be so far apart. */
const mostEarlyMs = 20;
/** The end of the last word is not believed to have been longer ago. */
const mostLateMs = 10_000;
/** The final of an interim that was taken for final comes within this, or never. */
const finalFollowsMs = 5_000;
/** Sounds alone do not keep a turn open for longer. */
const mostHeldMs = 2_000;

type Final = Extract<TranscriberEvent, { type: 'final' }>;

/** What the transcriber heard. */
export function heardByTranscriber(p: Progress, event: TranscriberEvent): void {
  switch (event.type) {
    case 'speech_started':
      // Sound is not yet a word: it starts nothing, but a turn's words began with it.
      if (!hasWords(p)) p.setHearing({ startedAtMs: p.nowMs });
      // What the caller says after the agent's answer is no late final of what was answered.
      if (wasAnswered(p)) p.setHearing({ promoted: null });
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
      waitForSound(p);
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
  keyOverAgent(p);
}

/** No more words came in time: the turn is over, and what has been heard is all of it. */
export function endOfTurnDue(p: Progress): void {
  const { interim, keysDueMs } = p.state.hearing;
  p.setHearing({ dueAtMs: null });
  if (interim) {
    takeInterim(p);
    p.setHearing({ promoted: { text: interim, atMs: p.nowMs } });
  }
  // More keys may follow: a number is typed one by one.
  if (keysDueMs === null) turnOver(p);
}

/** No more keys came in time. Words that are still coming are waited for. */
export function keysOver(p: Progress): void {
  const { interim, dueAtMs } = p.state.hearing;
  p.setHearing({ keysDueMs: null });
  if (interim) p.setHearing({ dueAtMs: dueAtMs ?? p.nowMs + p.state.settings.timing.lateFinalMs });
  else turnOver(p);
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

function heardInterim(p: Progress, text: string): void {
  const interim = withoutPromoted(p, text);
  if (!interim) return;
  const before = p.state.hearing.interim;
  noteActivity(p);
  p.setHearing({ interim });
  if (interim !== before && normaliseWords(interim) !== normaliseWords(before)) wordsChanged(p);
  wordsOverAgent(p);
}

function heardFinal(p: Progress, { text, endMs, endOfTurn }: Final): void {
  const words = isRepeated(p, text, endMs) ? '' : withoutPromoted(p, text);
  const hadInterim = p.state.hearing.interim !== '';
  p.set({ ear: { ...p.state.ear, lastFinal: { text, endMs } } });
  p.setHearing({ interim: '', promoted: null });
  if (words) {
    noteActivity(p);
    p.setHearing({ words: joinWords(p.state.hearing.words, words) });
    wordsChanged(p);
    noteStopped(p, endMs);
    wordsOverAgent(p);
  } else if (hadInterim) wordsVanished(p);
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

/** What was taken for words was none. An agent that has stopped for it is not left silent. */
function wordsVanished(p: Progress): void {
  wordsChanged(p);
  const { owed, stoppedAgent } = p.state.hearing;
  if (!hasWords(p)) p.setHearing({ startedAtMs: null, standsAtMs: null });
  if (owed || stoppedAgent) p.setHearing({ dueAtMs: p.nowMs + p.state.settings.timing.lateFinalMs });
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
  if (hearing.keysDueMs !== null) return;
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
  const untilMs = Math.min(p.nowMs + usualWordsAfterMs, (lastWordsAtMs ?? p.nowMs) + mostHeldMs);
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

/** Something of the agent's was heard since the caller's last turn. */
function wasAnswered({ state, nowMs }: Progress): boolean {
  const last = state.history.at(-1);
  return heardSoFar(state, nowMs) !== '' || (last?.kind === 'agent' && last.settled && last.text !== '');
}

function hasWords(p: Progress): boolean {
  const { words, interim, keys } = p.state.hearing;
  return words !== '' || interim !== '' || keys !== '';
}
