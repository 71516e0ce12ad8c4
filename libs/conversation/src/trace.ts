import type { ConversationEffect } from './effects';
import type { ConversationEvent } from './events';
import type { ConversationSettings } from './settings';
import { newConversation } from './state';
import { step } from './step';

/** One event of a recorded conversation, when it was heard (epoch ms), and what was done about it. */
export interface TraceEntry {
  readonly atMs: number;
  readonly event: ConversationEvent;
  readonly effects: readonly ConversationEffect[];
}

/** A recorded conversation: all that is needed to have it again, and to see that it is the same. */
export interface Trace {
  readonly settings: ConversationSettings;
  readonly entries: readonly TraceEntry[];
}

/** Where a conversation that was had again went another way than the recorded one. */
export interface TraceDifference {
  /** Of the entries, from 0. */
  readonly index: number;
  readonly entry: TraceEntry;
  /** The effects as they came now. */
  readonly effects: readonly ConversationEffect[];
}

/** The first line of a trace file. */
export function traceHeader(settings: ConversationSettings): string {
  return `${JSON.stringify({ settings })}\n`;
}

/** One further line of a trace file. */
export function traceLine(entry: TraceEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Reads a trace file; null when it is none. Lines that were cut short by a crash end it. */
export function parseTrace(text: string): Trace | null {
  const values = text.split('\n').filter(Boolean).map(parseLine);
  const end = values.findIndex((value) => value === undefined);
  const [header, ...entries] = end < 0 ? values : values.slice(0, end);
  if (!hasSettings(header) || !entries.every(isEntry)) return null;
  return { settings: header.settings, entries };
}

/** Has a conversation again: the effects of every step, in order. A step that throws gives none. */
export function replay({ settings, entries }: Trace): ConversationEffect[][] {
  let state = newConversation(settings);
  return entries.map(({ atMs, event }) => {
    try {
      const [next, effects] = step(state, event, atMs);
      state = next;
      return [...effects];
    } catch {
      return [];
    }
  });
}

/** Has a conversation again and compares its effects with the recorded ones, byte for byte; null: they are the same. */
export function firstDifference(trace: Trace): TraceDifference | null {
  const replayed = replay(trace);
  for (const [index, entry] of trace.entries.entries()) {
    const effects = replayed[index] ?? [];
    if (JSON.stringify(effects) !== JSON.stringify(entry.effects)) return { index, entry, effects };
  }
  return null;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function hasSettings(value: unknown): value is Pick<Trace, 'settings'> {
  return typeof value === 'object' && value !== null && 'settings' in value;
}

function isEntry(value: unknown): value is TraceEntry {
  return typeof value === 'object' && value !== null && 'event' in value && 'effects' in value;
}
