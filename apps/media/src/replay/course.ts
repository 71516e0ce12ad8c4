import type { ConversationEffect, ConversationEvent, Trace, TraceDifference } from '@parley/conversation';

/** A recorded call in a few words. */
export function summaryOf({ entries }: Trace): string {
  const effects = entries.flatMap((entry) => entry.effects);
  const problems = effects.flatMap((effect) =>
    effect.type === 'tell' && effect.fact.type === 'problem' ? [effect.fact.code] : [],
  );
  const parts = [
    `${((entries.at(-1)?.atMs ?? 0) - (entries[0]?.atMs ?? 0)) / 1_000} s`,
    `${entries.length} events`,
    `${effects.length} effects`,
    ...(problems.length > 0 ? [problems.join(' ')] : []),
  ];
  return parts.join(', ');
}

/** The course of a call, a line for each event that led to something, with the seconds since its start. */
export function courseOf(trace: Trace): string[] {
  const startMs = trace.entries[0]?.atMs ?? 0;
  return trace.entries
    .filter(({ event, effects }) => effects.length > 0 || !frequent.has(event.type))
    .map(({ atMs, event, effects }) => {
      const seconds = ((atMs - startMs) / 1_000).toFixed(3).padStart(9);
      return `${seconds}  ${describe(event).padEnd(48)} ${effects.map(describe).join('; ')}`.trimEnd();
    });
}

/** Where and how a call went another way. */
export function describeDifference(trace: Trace, { index, entry, effects }: TraceDifference): string {
  const at = ((entry.atMs - (trace.entries[0]?.atMs ?? 0)) / 1_000).toFixed(3);
  return [
    `  at ${at} s, event ${index + 1}: ${describe(entry.event)}`,
    ...entry.effects.map((effect) => `  then: ${JSON.stringify(effect)}`),
    ...effects.map((effect) => `  now:  ${JSON.stringify(effect)}`),
  ].join('\n');
}

/** Of no interest by themselves. */
const frequent: ReadonlySet<string> = new Set(['tick', 'speech_audio', 'reply_text', 'mark']);

const longestText = 60;

function describe(item: ConversationEvent | ConversationEffect): string {
  if (item.type === 'tell') return `tell ${item.fact.type}${textOf(item.fact)}`;
  const ids = ['replyId', 'utteranceId', 'runId', 'lookupId', 'name']
    .map((name) => (item as unknown as Record<string, unknown>)[name])
    .filter((id) => id !== undefined);
  return `${[item.type, ...ids.map(String)].join(' ')}${textOf(item)}`;
}

function textOf(item: object): string {
  const { text, words, code } = item as Record<string, unknown>;
  const said = [text, words, code].find((value) => typeof value === 'string');
  if (said === undefined) return '';
  return ` “${said.length > longestText ? `${said.slice(0, longestText)}…` : said}”`;
}
