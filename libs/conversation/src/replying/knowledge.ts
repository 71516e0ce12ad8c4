import type { HistoryEntry } from './history';
import { modelMessages } from './model-messages';
import type { Passage } from '../ports';
import type { Progress } from '../progress';
import { maxToolRounds, replyOf, requestLeft } from './reply';
import type { ConversationState } from '../state';
import { toolsFor } from '../acting/tool-arguments';
import { normaliseWords } from '../words';

/** What is looked up for the caller's last words. */
export interface Lookup {
  readonly lookupId: number;
  /** Normalised. */
  readonly words: string;
  /** Null: not known yet. */
  readonly passages: readonly Passage[] | null;
  /** When replies do without; null: nothing is waited for any more. */
  readonly deadlineMs: number | null;
  /** The request that waits for it. */
  readonly unsent: ModelRequest | null;
}

/** A request to the model that is decided on. */
export interface ModelRequest {
  readonly replyId: number;
  /** Rounds of tool calls before it. */
  readonly round: number;
  /** What it is to answer, at its end. */
  readonly history: readonly HistoryEntry[];
}

/** Sends a request to the model, once what the caller's words ask for was looked up, or that has taken too long. */
export function sendWhenLookedUp(p: Progress, request: ModelRequest): void {
  const { settings, lookup } = p.state;
  const words = settings.hasKnowledge ? lastWords(request.history) : '';
  if (!words) send(p, request);
  else if (lookup?.words !== normaliseWords(words)) lookUp(p, words, request);
  else if (lookup.deadlineMs !== null) p.set({ lookup: { ...lookup, unsent: request } });
  else send(p, request);
}

/** Also one that comes too late for the first request is of use to those that follow in its turn. */
export function lookedUp(p: Progress, lookupId: number, passages: readonly Passage[]): void {
  const { lookup } = p.state;
  if (lookup?.lookupId !== lookupId || lookup.passages) return;
  goOn(p, { ...lookup, passages });
}

export function lookUpDueAtMs({ lookup }: ConversationState): number | null {
  return lookup?.deadlineMs ?? null;
}

export function lookUpLate(p: Progress): void {
  if (p.state.lookup) goOn(p, p.state.lookup);
}

function lookUp(p: Progress, words: string, unsent: ModelRequest): void {
  const lookupId = p.newId();
  const deadlineMs = p.nowMs + p.state.settings.timing.lookupWaitMs;
  p.set({ lookup: { lookupId, words: normaliseWords(words), passages: null, deadlineMs, unsent } });
  p.emit({ type: 'look_up', lookupId, words });
}

function goOn(p: Progress, lookup: Lookup): void {
  p.set({ lookup: { ...lookup, deadlineMs: null, unsent: null } });
  // A reply that is not wanted any more is not asked for.
  if (!lookup.unsent || !replyOf(p, lookup.unsent.replyId)) return;
  send(p, lookup.unsent);
  requestLeft(p, lookup.unsent.replyId);
}

function send(p: Progress, { replyId, round, history }: ModelRequest): void {
  const { settings, lookup } = p.state;
  const { prompt, maxHistoryChars, temperature, model } = settings;
  const isForWords = lookup?.words === normaliseWords(lastWords(history));
  const passages = (isForWords && lookup.passages) || [];
  const messages = modelMessages({ prompt, history, maxHistoryChars, passages });
  const tools = round < maxToolRounds ? toolsFor(settings) : [];
  p.emit({ type: 'request_reply', replyId, request: { messages, tools, temperature, model } });
}

/** The caller's last words in a row. */
function lastWords(history: readonly HistoryEntry[]): string {
  const last = history.findLastIndex((entry) => entry.kind === 'caller');
  const first = history.slice(0, last + 1).findLastIndex((entry) => entry.kind !== 'caller') + 1;
  const entries = last < 0 ? [] : history.slice(first, last + 1);
  const words = entries.map((entry) => (entry.kind === 'caller' ? entry.text : '')).join(' ');
  return words.replace(/\[pressed [^\]]*\]/g, '').trim();
}
