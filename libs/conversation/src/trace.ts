import type { ConversationEffect } from './effects';
import type { ConversationEvent } from './events';
import type { ConversationSettings } from './settings';
import { newConversation } from './state';
import { step } from './step';

/** One event of a recorded conversation, with the time at which it was heard (epoch ms). */
export interface TraceEntry {
  readonly atMs: number;
  readonly event: ConversationEvent;
}

/** A recorded conversation: all that is needed to have it again. */
export interface Trace {
  readonly settings: ConversationSettings;
  readonly entries: readonly TraceEntry[];
}

/** The first line of a trace file. */
export function traceHeader(settings: ConversationSettings): string {
  return `${JSON.stringify({ settings })}\n`;
}

/** One further line of a trace file. */
export function traceLine(entry: TraceEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Reads a trace file. Lines that were cut short by a crash end it. */
export function parseTrace(text: string): Trace | null {
  const values = text.split('\n').filter(Boolean).map(parseLine);
  const end = values.indexOf(undefined);
  const [header, ...entries] = end < 0 ? values : values.slice(0, end);
  if (!header) return null;
  const { settings } = header as Pick<Trace, 'settings'>;
  return { settings, entries: entries as readonly TraceEntry[] };
}

/** Has a conversation again: the effects of every step, in order. */
export function replay({ settings, entries }: Trace): ConversationEffect[][] {
  let state = newConversation(settings);
  return entries.map(({ atMs, event }) => {
    const [next, effects] = step(state, event, atMs);
    state = next;
    return [...effects];
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
