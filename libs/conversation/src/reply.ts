import { firstClause, laterSentences, nextClauseLength } from './clauses';
import type { ConversationEvent } from './events';
import { toMessages, withAgentEntry } from './history';
import { noteTimes } from './metrics';
import { plainSpeech } from './plain-speech';
import type { ToolCall } from './ports';
import type { Progress } from './progress';
import { addUtterance, closePart, openPart } from './speech';
import type { Activity } from './state';
import { linesOf, toolsFor } from './tool-arguments';
import { beginActing, recordedCalls, takeCalls, withCall } from './tool-calls';
import { joinWords, normaliseWords } from './words';

/** After so many rounds of tool calls in one turn the model is offered none: it has to speak. */
export const maxToolRounds = 8;
const maxReplyChars = 12_000;
/** Tokens that come closer than this are no stall, however long the caller has waited. */
const leastTokenWaitMs = 500;

type Replying = Extract<Activity, { is: 'replying' }>;

/** Asks the model for the next reply. `round` counts the rounds of tool calls before it; `sinceMs`: since when the caller waits. */
export function requestReply(p: Progress, ask: { round: number; attempt: number; sinceMs: number }): void {
  const { settings, history } = p.state;
  const { timing } = settings;
  const replyId = p.newId();
  const entryId = p.newId();
  const messages = toMessages(settings.prompt, history);
  const deadlineMs =
    ask.attempt === 1
      ? p.nowMs + timing.modelFirstTokenMs
      : Math.max(p.nowMs + timing.giveUpMs - timing.retryUntilMs, ask.sinceMs + timing.giveUpMs);
  p.set({
    history: [
      ...history,
      { kind: 'agent', id: entryId, text: '', interrupted: false, settled: false, calls: [] },
    ],
    activity: {
      is: 'replying',
      replyId,
      ...ask,
      deadlineMs,
      entryId,
      partId: null,
      pending: '',
      utterances: 0,
      calls: [],
      gotAnything: false,
    },
  });
  // A repeated request is the turn's request: its wait began with the first.
  if (p.state.times && ask.attempt > 1) p.set({ times: { ...p.state.times, replyId: null } });
  noteTimes(p, { replyId });
  const tools = ask.round < maxToolRounds ? toolsFor(settings) : [];
  const { temperature, model } = settings;
  p.emit({ type: 'request_reply', replyId, request: { messages, tools, temperature, model } });
}

/** The reply that an event belongs to, if it is the running one. */
export function replyOf(p: Progress, replyId: number): Replying | null {
  const { activity } = p.state;
  return activity.is === 'replying' && activity.replyId === replyId ? activity : null;
}

/** More of the reply's text: whole clauses go to speech at once. */
export function replyText(p: Progress, event: Extract<ConversationEvent, { type: 'reply_text' }>): void {
  const reply = replyOf(p, event.replyId);
  if (!reply) return;
  setReply(p, {
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
  setReply(p, {
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
  const { partId, calls: given, entryId, round, utterances } = replyOf(p, replyId) ?? reply;
  const calls = takeCalls(p, given);
  if (utterances === 0 && calls.length === 0 && round === 0) return 'empty';
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
  return 'done';
}

/** Stops the running reply. What of it is queued for speech stays to whoever calls this. */
export function cancelReply(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'replying') return;
  p.emit({ type: 'cancel_reply', replyId: activity.replyId });
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

/** What the caller is told of the calls, unless the reply has said it. */
function sayLines(p: Progress, { replyId, calls, round }: Replying): void {
  if (round >= maxToolRounds) return;
  for (const line of linesOf(p.state.settings, calls)) {
    const running = replyOf(p, replyId);
    if (!running || normaliseWords(textOf(p, running)).includes(normaliseWords(line))) continue;
    setReply(p, { pending: line });
    sayPending(p, { ...running, pending: line }, line.length);
  }
}

function textOf(p: Progress, { entryId }: Replying): string {
  const entry = p.state.history.find((other) => other.kind === 'agent' && other.id === entryId);
  return entry?.kind === 'agent' ? entry.text : '';
}

function sayPending(p: Progress, reply: Replying, length: number): void {
  const text = plainSpeech(reply.pending.slice(0, length));
  setReply(p, { pending: reply.pending.slice(length) });
  const before = textOf(p, reply);
  if (!text || before.length > maxReplyChars) return;
  const partId = reply.partId ?? openPart(p, 'reply', reply.entryId);
  const utteranceId = addUtterance(p, partId, { kind: 'words', text });
  noteTimes(p, { utteranceId, clauseReadyMs: p.nowMs });
  p.set({ history: withAgentEntry(p.state.history, reply.entryId, { text: joinWords(before, text) }) });
  setReply(p, { partId, utterances: reply.utterances + 1 });
}

function setReply(p: Progress, change: Partial<Replying>): void {
  const { activity } = p.state;
  if (activity.is === 'replying') p.set({ activity: { ...activity, ...change } });
}
