import { laterSentences, nextClauseLength } from './clauses';
import { heardForMs, heardOf, measuredMsPerUnit, totalMs } from './heard-speech';
import { withAgentEntry } from '../replying/history';
import { weightOf } from './heard-text';
import { audioSent, bytesPerMs, cleared, markReturned, markSent, playedMs } from './playout';
import type { SpokenWord } from '../ports';
import type { Progress } from '../progress';
import { spokenForm } from './spoken';
import type { ConversationState, PartKind, SpeechPart, Utterance } from '../state';
import { joinWords } from '../words';

/** The one that is played, and two that are made ready meanwhile. */
const utterancesAhead = 3;
/** With so much to be heard, no more is made ready: its audio is held until it was heard. */
const enoughAheadMs = 20_000;
/** Marks come no closer than this, but for the one at an utterance's end. */
const markEveryMs = 500;
const mostTimedWords = 600;
const longestUtteranceChars = 400;
/** No voice is asked for its first audio in less. */
export const leastSpeechWaitMs = 500;

/** True when nothing is said and nothing waits to be said. */
export function isSilent(state: ConversationState): boolean {
  return state.speech.parts.every((part) => part.held !== null);
}

/** True once audio of a part was handed to the carrier and until that part was heard to its end. */
export function isSpeaking(state: ConversationState): boolean {
  return state.speech.parts.some((part) => part.startedAtMs !== null);
}

/** Begins a stretch of speech behind all that is being said. `entryId`: its entry in the history. */
export function openPart(
  p: Progress,
  kind: PartKind,
  entryId: number | null,
  held: SpeechPart['held'] = null,
): number {
  const part: SpeechPart = {
    id: p.newId(),
    kind,
    entryId,
    open: true,
    heard: '',
    startedAtMs: null,
    held,
  };
  p.setSpeech({ parts: [...p.state.speech.parts, part] });
  return part.id;
}

/** No more text will come for this part. */
export function closePart(p: Progress, partId: number): void {
  changePart(p, partId, { open: false });
}

/** What an utterance is to say: words as they are meant, or keys. */
export type Said =
  { readonly kind: 'words'; readonly text: string } | Extract<Utterance['content'], { kind: 'tones' }>;

/** Adds an utterance to a part; gives its id. */
export function addUtterance(p: Progress, partId: number, said: Said): number {
  const { language } = p.state.settings;
  const utterance: Utterance = {
    id: p.newId(),
    partId,
    content: said.kind === 'words' ? wordsOf(said.text, language) : said,
    synthesis: 'queued',
    attempt: 1,
    deadlineMs: null,
    neededByMs: null,
    heldBytes: 0,
    startMs: null,
    sentMs: 0,
    words: [],
    truncated: false,
  };
  p.setSpeech({ utterances: [...p.state.speech.utterances, utterance] });
  return utterance.id;
}

function wordsOf(text: string, language: string): Utterance['content'] {
  const form = spokenForm(text, language);
  return { kind: 'words', ...form, weight: weightOf(form.spoken) };
}

/** Says one sentence as a part of its own, on the record and in the history like all else. */
export function saySentence(p: Progress, kind: PartKind, text: string): void {
  const entryId = p.newId();
  p.set({
    history: [
      ...p.state.history,
      { kind: 'agent', id: entryId, text, interrupted: false, settled: false, calls: [] },
    ],
  });
  const partId = openPart(p, kind, entryId);
  for (const piece of speakablePieces(text)) addUtterance(p, partId, { kind: 'words', text: piece });
  closePart(p, partId);
}

/** A text as it is, or by sentences when it is so long that its audio would have to wait in a queue with a bound. */
export function speakablePieces(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > longestUtteranceChars) {
    const length = nextClauseLength(rest, laterSentences) || rest.length;
    pieces.push(rest.slice(0, length).trim());
    rest = rest.slice(length);
  }
  return [...pieces, rest.trim()].filter(Boolean);
}

/** Asks for the speech of what comes next, no further ahead than needed. */
export function requestSpeechAhead(p: Progress): void {
  const { speech } = p.state;
  const playedToMs = playedMs(speech.playout, p.nowMs);
  let aheadMs = 0;
  for (const [index, utterance] of speech.utterances.slice(0, utterancesAhead).entries()) {
    if (aheadMs > enoughAheadMs) return;
    const held = heldAs(p.state, utterance);
    const isWanted = held === null || (held === 'speech' && index === 0);
    if (utterance.synthesis === 'queued' && isWanted) requestSpeech(p, utterance);
    aheadMs += totalMs(speech, utterance) - heardForMs(speech, utterance, playedToMs);
  }
}

/** How the part that an utterance belongs to is held back. */
export function heldAs({ speech }: ConversationState, { partId }: Utterance): SpeechPart['held'] {
  return speech.parts.find((part) => part.id === partId)?.held ?? null;
}

function requestSpeech(p: Progress, utterance: Utterance): void {
  const neededByMs = utterance.attempt === 1 ? speechNeededByMs(p, utterance) : utterance.neededByMs;
  const usualMs = p.nowMs + p.state.settings.timing.speechFirstAudioMs;
  const deadlineMs = Math.min(usualMs, neededByMs ?? usualMs);
  changeUtterance(p, utterance.id, { synthesis: 'requested', deadlineMs, neededByMs });
  const { content, id } = utterance;
  if (content.kind === 'words') p.emit({ type: 'request_speech', utteranceId: id, text: content.spoken });
  else p.emit({ type: 'request_tones', utteranceId: id, keys: content.keys });
}

/** By when a caller who has heard nothing since the turn must hear something; null when nobody waits, or too long already. */
function speechNeededByMs({ state, nowMs }: Progress, utterance: Utterance): number | null {
  if (!state.times || firstAwaited(state)?.id !== utterance.id) return null;
  const atMs = state.times.endedAtMs + state.settings.timing.voiceGiveUpMs;
  return atMs - nowMs >= leastSpeechWaitMs ? atMs : null;
}

/** The next utterance that says something: a filler does not count. */
function firstAwaited({ speech }: ConversationState): Utterance | undefined {
  return speech.utterances.find(({ partId }) =>
    speech.parts.some(({ id, kind }) => id === partId && kind !== 'filler'),
  );
}

/** Asks once more for an utterance none of whose audio has come. */
export function repeatSpeech(p: Progress, utterance: Utterance): void {
  p.emit({ type: 'cancel_speech', utteranceId: utterance.id });
  changeUtterance(p, utterance.id, { attempt: utterance.attempt + 1 });
  requestSpeech(p, utterance);
}

export function findUtterance(state: ConversationState, id: number): Utterance | undefined {
  return state.speech.utterances.find((utterance) => utterance.id === id);
}

/** Audio of an utterance arrived. It goes out when all before it has. */
export function speechArrived(p: Progress, utteranceId: number, bytes: number): void {
  const utterance = findUtterance(p.state, utteranceId);
  if (utterance?.synthesis !== 'requested' || bytes <= 0) return;
  changeUtterance(p, utteranceId, {
    heldBytes: utterance.heldBytes + bytes,
    deadlineMs: p.nowMs + p.state.settings.timing.speechStallMs,
  });
  sendInOrder(p);
}

/** The vendor told when words of an utterance sound. */
export function speechTimed(p: Progress, utteranceId: number, words: readonly SpokenWord[]): void {
  const utterance = findUtterance(p.state, utteranceId);
  if (!utterance || utterance.words.length + words.length > mostTimedWords) return;
  changeUtterance(p, utteranceId, { words: [...utterance.words, ...words] });
}

/** All audio of an utterance has arrived. */
export function speechCompleted(p: Progress, utteranceId: number): void {
  const before = p.state.speech.utterances.findIndex((other) => other.id === utteranceId);
  const utterance = p.state.speech.utterances[before];
  if (utterance?.synthesis !== 'requested') return;
  changeUtterance(p, utteranceId, { synthesis: 'complete', deadlineMs: null });
  p.setSpeech({ msPerUnit: measuredMsPerUnit(p.state.speech, utterance) });
  if (utterance.heldBytes === 0) sendMark(p, true);
  sendInOrder(p);
}

/** Hands over what may go: an utterance's audio goes once that of all before it has gone. */
export function sendInOrder(p: Progress): void {
  if (p.state.speech.paused) return;
  for (const { id } of p.state.speech.utterances) {
    const utterance = findUtterance(p.state, id);
    if (!utterance) continue;
    if (heldAs(p.state, utterance) !== null) return;
    if (utterance.heldBytes > 0) sendHeld(p, utterance);
    if (utterance.synthesis !== 'complete') return;
  }
}

function sendHeld(p: Progress, utterance: Utterance): void {
  const { playout, parts } = p.state.speech;
  const durationMs = utterance.heldBytes / bytesPerMs;
  p.emit({
    type: 'send_audio',
    utteranceId: utterance.id,
    from: utterance.sentMs * bytesPerMs,
    bytes: utterance.heldBytes,
  });
  const part = parts.find((other) => other.id === utterance.partId);
  if (part?.startedAtMs === null) {
    const startedAtMs = Math.round(p.nowMs + playout.sentMs - playedMs(playout, p.nowMs));
    changePart(p, part.id, { startedAtMs });
  }
  p.setSpeech({ playout: audioSent(playout, durationMs, p.nowMs) });
  changeUtterance(p, utterance.id, {
    heldBytes: 0,
    startMs: utterance.startMs ?? playout.sentMs,
    sentMs: utterance.sentMs + durationMs,
  });
  const isLast = utterance.synthesis === 'complete';
  const markedMs = playout.marks.at(-1)?.atMs ?? playout.confirmedMs;
  if (isLast || playout.sentMs + durationMs - markedMs >= markEveryMs) sendMark(p, isLast);
}

function sendMark(p: Progress, last: boolean): void {
  const [playout, mark] = markSent(p.state.speech.playout, p.nowMs);
  p.setSpeech({ playout });
  p.emit({ type: 'send_mark', name: mark.name, last });
}

/** A mark came back. */
export function markPlayed(p: Progress, name: string): void {
  p.setSpeech({ playout: markReturned(p.state.speech.playout, name, p.nowMs) });
}

/**
 * Takes what was heard to its end off the queue. Gives the parts that are over now, oldest first; what was heard of
 * them is told and in the history.
 */
export function settleHeard(p: Progress): readonly SpeechPart[] {
  const { confirmedMs } = p.state.speech.playout;
  for (const utterance of p.state.speech.utterances) {
    if (utterance.synthesis !== 'complete' || utterance.heldBytes > 0) break;
    if ((utterance.startMs ?? 0) + utterance.sentMs > confirmedMs) break;
    addHeard(p, utterance, utterance.sentMs);
    p.emit({ type: 'forget_audio', utteranceId: utterance.id });
    p.setSpeech({ utterances: p.state.speech.utterances.slice(1) });
  }
  const over: SpeechPart[] = [];
  for (const part of p.state.speech.parts) {
    if (
      part.open ||
      part.held !== null ||
      p.state.speech.utterances.some((utterance) => utterance.partId === part.id)
    )
      break;
    p.setSpeech({ parts: p.state.speech.parts.slice(1) });
    record(p, part, false);
    over.push(part);
  }
  const hasNoMore = isSilent(p.state) && p.state.activity.is !== 'replying';
  if (hasNoMore && p.state.speech.paused) p.setSpeech({ paused: null });
  return over;
}

/** Stops the agent at once. What was heard is told and stays in the history; the rest was never said. */
export function cutSpeech(p: Progress): void {
  const { speech } = p.state;
  const { utterances, playout } = speech;
  const stoppedMs = playedMs(playout, p.nowMs);
  for (const utterance of utterances) {
    if (utterance.synthesis === 'requested' || utterance.heldBytes > 0) {
      p.emit({ type: 'cancel_speech', utteranceId: utterance.id });
    } else if (utterance.synthesis === 'complete') {
      p.emit({ type: 'forget_audio', utteranceId: utterance.id });
    }
  }
  if (isSpeaking(p.state) && !speech.paused) p.emit({ type: 'clear_audio' });
  for (const utterance of utterances) addHeard(p, utterance, heardForMs(speech, utterance, stoppedMs));
  const { parts } = p.state.speech;
  p.setSpeech({ parts: [], utterances: [], playout: cleared(playout, p.nowMs), paused: null });
  for (const part of parts) {
    const rest = utterances.filter((utterance) => utterance.partId === part.id);
    const isWhole = !part.open && rest.every((utterance) => endedBy(utterance, stoppedMs));
    record(p, part, !isWhole);
  }
}

/** Takes one utterance off the queue, of which nothing was heard, and its part when that was all of it. */
export function dropUtterance(p: Progress, { id, partId, synthesis }: Utterance): void {
  if (synthesis !== 'queued') p.emit({ type: 'cancel_speech', utteranceId: id });
  const utterances = p.state.speech.utterances.filter((utterance) => utterance.id !== id);
  const isLast = !utterances.some((utterance) => utterance.partId === partId);
  const { parts } = p.state.speech;
  p.setSpeech({ utterances, parts: isLast ? parts.filter((part) => part.id !== partId) : parts });
}

/** No more comes of an utterance of which some was handed to the carrier. */
export function breakOff(p: Progress, { id }: Utterance): void {
  changeUtterance(p, id, { synthesis: 'complete', heldBytes: 0, deadlineMs: null, truncated: true });
  sendMark(p, true);
}

/** Gives up what was not handed to the carrier; what was is played to its end. */
export function dropUnsent(p: Progress): void {
  if (p.state.speech.paused) {
    cutSpeech(p);
    return;
  }
  for (const utterance of p.state.speech.utterances) {
    if (utterance.synthesis === 'complete' && utterance.heldBytes === 0) continue;
    if (utterance.synthesis !== 'queued') p.emit({ type: 'cancel_speech', utteranceId: utterance.id });
    if (utterance.startMs !== null) breakOff(p, utterance);
  }
  p.setSpeech({
    utterances: p.state.speech.utterances.filter((utterance) => utterance.startMs !== null),
    parts: p.state.speech.parts.map((part) => ({ ...part, open: false })),
  });
}

/** The words of the running part that have been heard by now. */
export function heardSoFar(state: ConversationState, nowMs: number): string {
  const part = state.speech.parts.find((other) => other.startedAtMs !== null);
  if (!part) return '';
  const { speech } = state;
  const atMs = playedMs(speech.playout, nowMs);
  return speech.utterances
    .filter((utterance) => utterance.partId === part.id && utterance.startMs !== null)
    .reduce(
      (text, utterance) => joinWords(text, heardOf(speech, utterance, heardForMs(speech, utterance, atMs))),
      part.heard,
    );
}

/** True when all of an utterance was heard by then. */
export function endedBy(utterance: Utterance, atMs: number): boolean {
  return (
    utterance.synthesis === 'complete' &&
    utterance.heldBytes === 0 &&
    !utterance.truncated &&
    (utterance.startMs ?? 0) + utterance.sentMs <= atMs
  );
}

function addHeard(p: Progress, utterance: Utterance, forMs: number): void {
  const part = p.state.speech.parts.find((other) => other.id === utterance.partId);
  if (part)
    changePart(p, part.id, { heard: joinWords(part.heard, heardOf(p.state.speech, utterance, forMs)) });
}

function record(p: Progress, { heard, startedAtMs, entryId, kind }: SpeechPart, interrupted: boolean): void {
  if (heard && kind !== 'check_in') p.set({ lastWordAtMs: p.nowMs });
  if (heard) {
    p.tell({
      type: 'message',
      sender: 'bot',
      text: heard,
      started_at_ms: startedAtMs ?? p.nowMs,
      interrupted,
    });
  }
  if (entryId !== null) {
    p.set({
      history: withAgentEntry(p.state.history, entryId, { text: heard, interrupted, settled: true }),
    });
  }
}

export function changePart(p: Progress, id: number, change: Partial<SpeechPart>): void {
  p.setSpeech({
    parts: p.state.speech.parts.map((part) => (part.id === id ? { ...part, ...change } : part)),
  });
}

function changeUtterance(p: Progress, id: number, change: Partial<Utterance>): void {
  p.setSpeech({
    utterances: p.state.speech.utterances.map((utterance) =>
      utterance.id === id ? { ...utterance, ...change } : utterance,
    ),
  });
}
