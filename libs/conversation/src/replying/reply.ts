import { firstClause, laterSentences, nextClauseLength } from '../speaking/clauses';
import type { ConversationEvent } from '../events';
import type { HistoryEntry } from './history';
import { dropHeld } from '../speaking/held-speech';
import { withAgentEntry } from './history';
import { sendWhenLookedUp } from './knowledge';
import { modelAsked, noteTimes, timesOfRepeat } from '../metrics';
import { plainSpeech } from '../speaking/plain-speech';
import type { ToolCall } from '../ports';
import type { Progress } from '../progress';
import { addUtterance, closePart, dropUtterance, openPart } from '../speaking/speech';
import type { Activity, ConversationState } from '../state';
import { linesOf } from '../acting/tool-arguments';
import { beginActing, didAnythingInTurn, recordedCalls, takeCalls, withCall } from '../acting/tool-calls';
import { joinWords, normaliseWords } from '../words';

/** After so many rounds of tool calls in one turn the model is offered none: it has to speak. */
export const maxToolRounds = 8;
const maxReplyChars = 12_000;
/** Tokens that come closer than this are no stall, however long the caller has waited. */
const leastTokenWaitMs = 500;

type Replying = Extract<Activity, { is: 'replying' }>;

interface Ask {
  /** Rounds of tool calls before it. */
  readonly round: number;
  readonly attempt: number;
  /** Since when the caller waits. */
  readonly sinceMs: number;
}

/** Asks the model for the next reply. */
export function requestReply(p: Progress, ask: Ask): void {
  // A repeated request is the turn's request: its wait began with the first.
  if (p.state.times && ask.attempt > 1) p.set({ times: timesOfRepeat(p.state.times) });
  if (ask.round === 0) modelAsked(p);
  const reply = askModel(p, ask, p.state.history);
  noteTimes(p, { replyId: reply.replyId });
  takeUpReply(p, reply);
}

/** A reply is the running one from here on, with a place of its own in the history. */
export function takeUpReply(p: Progress, reply: Replying): void {
  const { entryId: id, text } = reply;
  p.set({
    activity: reply,
    history: [...p.state.history, { kind: 'agent', id, text, interrupted: false, settled: false, calls: [] }],
  });
}

/** Sends a request to the model. What its reply is to be for is up to whoever calls this. */
export function askModel(p: Progress, ask: Ask, history: readonly HistoryEntry[]): Replying {
  const { timing } = p.state.settings;
  const replyId = p.newId();
  const entryId = p.newId();
  sendWhenLookedUp(p, { replyId, round: ask.round, history });
  return {
    is: 'replying',
    replyId,
    ...ask,
    deadlineMs:
      ask.attempt === 1
        ? p.nowMs + timing.modelFirstTokenMs
        : Math.max(p.nowMs + timing.giveUpMs - timing.retryUntilMs, ask.sinceMs + timing.giveUpMs),
    entryId,
    partId: null,
    text: '',
    pending: '',
    utterances: 0,
    calls: [],
    gotAnything: false,
  };
}

/** A request that had to wait has left: its time begins now. */
export function requestLeft(p: Progress, replyId: number): void {
  const { times, ahead } = p.state;
  if (times?.replyId === replyId) p.set({ times: { ...times, askedAtMs: p.nowMs } });
  if (ahead?.reply.replyId === replyId) {
    p.set({ ahead: { ...ahead, times: { ...ahead.times, askedAtMs: p.nowMs } } });
  }
  setReply(p, replyId, { deadlineMs: p.nowMs + p.state.settings.timing.modelFirstTokenMs });
}

/** The reply that an event belongs to, if it is the running one or the one that is prepared. */
export function replyOf({ state }: Progress, replyId: number): Replying | null {
  const { activity, ahead } = state;
  if (activity.is === 'replying' && activity.replyId === replyId) return activity;
  return ahead?.reply.replyId === replyId ? ahead.reply : null;
}

/** A reply is on its way, also where nothing of it is in speech yet. */
export function isPreparing({ activity, speech }: ConversationState): boolean {
  return (
    activity.is === 'replying' ||
    speech.parts.some(({ kind, held }) => held === null && (kind === 'reply' || kind === 'check_in'))
  );
}

/** Whether a reply is only prepared. */
export function isAhead({ state }: Progress, replyId: number): boolean {
  return state.ahead?.reply.replyId === replyId;
}

/** More of the reply's text: whole clauses go to speech at once. */
export function replyText(p: Progress, event: Extract<ConversationEvent, { type: 'reply_text' }>): void {
  const reply = replyOf(p, event.replyId);
  if (!reply) return;
  setReply(p, reply.replyId, {
    pending: `${reply.pending}${event.text}`.slice(0, maxReplyChars),
    gotAnything: true,
    deadlineMs: nextTokenByMs(p, reply),
  });
  for (;;) {
    const running = replyOf(p, event.replyId);
    if (!running) return;
    const length = nextClauseLength(running.pending, running.utterances === 0 ? firstClause : laterSentences);
    if (length === 0) return;
    sayPending(p, running, length);
  }
}

/** A caller who has heard nothing of the reply is not left to wait for a whole stall. */
function nextTokenByMs({ state, nowMs }: Progress, { utterances, sinceMs }: Replying): number {
  const { modelStallMs, giveUpMs } = state.settings.timing;
  if (utterances > 0) return nowMs + modelStallMs;
  return Math.min(nowMs + modelStallMs, Math.max(nowMs + leastTokenWaitMs, sinceMs + giveUpMs));
}

/** A tool call of the reply; it is carried out when the reply is complete. A repeated id is the same call. */
export function replyToolCall(p: Progress, replyId: number, call: ToolCall): void {
  const reply = replyOf(p, replyId);
  if (!reply) return;
  setReply(p, replyId, {
    calls: withCall(reply.calls, call),
    gotAnything: true,
    deadlineMs: p.nowMs + p.state.settings.timing.modelStallMs,
  });
}

/** The reply is complete. `empty`: it held neither a word nor a call, though the caller waits for one. */
export function replyFinished(p: Progress, replyId: number): 'done' | 'empty' {
  const reply = replyOf(p, replyId);
  if (!reply) return 'done';
  sayPending(p, reply, reply.pending.length);
  sayLines(p, reply);
  const said = replyOf(p, replyId) ?? reply;
  if (isEmpty(p, said)) return 'empty';
  const { ahead } = p.state;
  if (ahead && isAhead(p, replyId)) {
    p.set({ ahead: { ...ahead, isComplete: true, reply: { ...said, deadlineMs: null } } });
  } else completeReply(p, said);
  return 'done';
}

/** Neither a word nor a call, where the caller waits for one. Keys that were pressed meanwhile are an answer, too. */
function isEmpty({ state }: Progress, { utterances, calls, round }: Replying): boolean {
  if (utterances > 0 || calls.length > 0 || state.settings.maySayNothing) return false;
  return round === 0 || !didAnythingInTurn(state.history);
}

/** All of the running reply is there: its calls are carried out, or the caller is listened to. */
export function completeReply(p: Progress, reply: Replying): void {
  const { partId, entryId, round } = reply;
  const calls = takeCalls(p, reply.calls);
  if (partId !== null) closePart(p, partId);
  p.set({
    history: withAgentEntry(p.state.history, entryId, {
      calls: recordedCalls(calls),
      ...(partId === null && { settled: true }),
    }),
    activity:
      calls.length > 0
        ? beginActing('model', { round, waiting: calls, sinceMs: p.nowMs })
        : { is: 'listening' },
  });
}

/** Throws a prepared reply away, as if it had never been. `hasEnded`: its stream has, by itself. */
export function dropAhead(p: Progress, hasEnded = false): void {
  const { ahead, hearing } = p.state;
  if (!ahead) return;
  if (!ahead.isComplete && !hasEnded && !stopRequest(p, ahead.reply.replyId)) {
    p.setHearing({ modelCalls: hearing.modelCalls - 1 });
  }
  p.set({ ahead: null });
  dropHeld(p);
}

/** Cancels a request to the model; false for one that has not left yet, because something is looked up for it. */
function stopRequest(p: Progress, replyId: number): boolean {
  const { lookup } = p.state;
  if (lookup?.unsent?.replyId === replyId) {
    p.set({ lookup: { ...lookup, unsent: null } });
    return false;
  }
  p.emit({ type: 'cancel_reply', replyId });
  return true;
}

/** Stops the running reply, and what is prepared. What of it is queued for speech stays to whoever calls this. */
export function cancelReply(p: Progress): void {
  dropAhead(p);
  const { activity } = p.state;
  if (activity.is !== 'replying') return;
  stopRequest(p, activity.replyId);
  abandonReply(p);
}

/** Forgets the running reply, whose stream has ended by itself. */
export function abandonReply(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'replying') return;
  if (activity.partId !== null) closePart(p, activity.partId);
  p.set({
    activity: { is: 'listening' },
    ...(activity.partId === null && {
      history: withAgentEntry(p.state.history, activity.entryId, { settled: true }),
    }),
  });
}

/** Takes back what of the running reply is in speech; false when some of it may have been heard. */
export function forgetUnheard(p: Progress, { partId, entryId }: Replying): boolean {
  if (partId === null) return true;
  const { parts, utterances } = p.state.speech;
  if (parts.find(({ id }) => id === partId)?.startedAtMs !== null) return false;
  for (const utterance of utterances) if (utterance.partId === partId) dropUtterance(p, utterance);
  p.set({ history: withAgentEntry(p.state.history, entryId, { text: '', settled: true }) });
  return true;
}

/** What the caller is told of the calls, unless the reply has said it. */
function sayLines(p: Progress, { replyId, calls, round }: Replying): void {
  if (round >= maxToolRounds) return;
  for (const line of linesOf(p.state.settings, calls)) {
    const running = replyOf(p, replyId);
    if (!running || normaliseWords(running.text).includes(normaliseWords(line))) continue;
    setReply(p, replyId, { pending: line });
    sayPending(p, { ...running, pending: line }, line.length);
  }
}

function sayPending(p: Progress, reply: Replying, length: number): void {
  const { replyId, entryId } = reply;
  const clause = plainSpeech(reply.pending.slice(0, length));
  setReply(p, replyId, { pending: reply.pending.slice(length) });
  if (!clause || reply.text.length > maxReplyChars) return;
  const isPrepared = isAhead(p, replyId);
  const held = isPrepared ? (p.state.settings.prepareAhead === 'speech' ? 'speech' : 'text') : null;
  const partId = reply.partId ?? openPart(p, 'reply', entryId, held);
  const utteranceId = addUtterance(p, partId, { kind: 'words', text: clause });
  noteTimes(p, { utteranceId, clauseReadyMs: p.nowMs }, isPrepared);
  const text = joinWords(reply.text, clause);
  if (!isPrepared) p.set({ history: withAgentEntry(p.state.history, entryId, { text }) });
  setReply(p, replyId, { partId, text, utterances: reply.utterances + 1 });
}

function setReply(p: Progress, replyId: number, change: Partial<Replying>): void {
  const { activity, ahead } = p.state;
  if (activity.is === 'replying' && activity.replyId === replyId) {
    p.set({ activity: { ...activity, ...change } });
  } else if (ahead?.reply.replyId === replyId) {
    p.set({ ahead: { ...ahead, reply: { ...ahead.reply, ...change } } });
  }
}
