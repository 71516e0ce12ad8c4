import { renderTranscript, TranscriptEntry } from '@parley/calls';
import type { FactBody, HistoryEntry } from '@parley/contracts';
import type { EntityManager } from 'typeorm';

/** One entry of a call's log: a fact as it was told, or a mark where facts were lost. */
export type LogEntry = FactBody | { readonly type: 'gap'; readonly before: number };

interface CallKey {
  readonly userId: string;
  readonly id: string;
}

/** Writes entries at the places that follow `lastPosition`; the call's row must be locked. */
export async function appendToLog(
  manager: EntityManager,
  call: CallKey,
  lastPosition: number,
  entries: readonly { readonly entry: LogEntry; readonly at: Date }[],
): Promise<void> {
  for (const [index, { entry, at }] of entries.entries()) {
    await manager.query(
      'INSERT INTO call_log (user_id, call_id, position, kind, data, at) VALUES ($1, $2, $3, $4, $5::jsonb, $6)',
      [call.userId, call.id, lastPosition + index + 1, entry.type, JSON.stringify(entry), at],
    );
  }
}

const readKinds = `kind IN ('message', 'action_started', 'action_finished', 'gap')`;

async function readLog(manager: EntityManager, call: CallKey): Promise<LogEntry[]> {
  const rows = await manager.query<{ data: LogEntry }[]>(
    `SELECT data FROM call_log WHERE user_id = $1 AND call_id = $2 AND ${readKinds} ORDER BY position`,
    [call.userId, call.id],
  );
  return rows.map((row) => row.data);
}

/** The transcripts so far, by call; a call of which nothing was said or done has none. */
export async function readTranscripts(
  manager: EntityManager,
  userId: string,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await manager.query<{ call_id: string; data: LogEntry }[]>(
    `SELECT call_id, data FROM call_log
     WHERE user_id = $1 AND call_id = ANY($2::uuid[]) AND ${readKinds} ORDER BY call_id, position`,
    [userId, callIds],
  );
  const entries = new Map<string, TranscriptEntry[]>();
  for (const { call_id: callId, data } of rows) {
    const known = entries.get(callId) ?? [];
    entries.set(callId, known);
    known.push(...transcriptEntry(data));
  }
  const transcripts = [...entries].map(([callId, all]) => [callId, renderTranscript(all)] as const);
  return new Map(transcripts.filter(([, transcript]) => transcript !== ''));
}

function transcriptEntry(entry: LogEntry): TranscriptEntry[] {
  switch (entry.type) {
    case 'message':
      return [
        entry.sender === 'human'
          ? { kind: 'human', text: entry.text }
          : { kind: 'bot', text: entry.text, interrupted: entry.interrupted },
      ];
    case 'action_started':
      return [{ kind: 'action_started', actionType: entry.action_type, input: entry.input }];
    case 'action_finished':
      return [{ kind: 'action_finished', actionType: entry.action_type, output: entry.output }];
    case 'gap':
      return [{ kind: 'gap' }];
    default:
      return [];
  }
}

/** A history travels in one message, beside the agent; a server of NATS takes 1 MiB unless told otherwise. */
const mostHistoryBytes = 256 * 1024;

/**
 * What was said and done so far, for a conversation that is taken up again; an action is one entry. Of a call that has
 * gone on for hours the newest part.
 */
export async function readHistory(manager: EntityManager, call: CallKey): Promise<HistoryEntry[]> {
  const history: HistoryEntry[] = [];
  const places = new Map<string, number>();
  for (const entry of await readLog(manager, call)) {
    if (entry.type === 'message') {
      const { text, interrupted } = entry;
      history.push(entry.sender === 'human' ? { kind: 'human', text } : { kind: 'bot', text, interrupted });
    }
    if (entry.type !== 'action_started' && entry.type !== 'action_finished') continue;
    const place = places.get(entry.tool_call_id) ?? history.length;
    places.set(entry.tool_call_id, place);
    history[place] = {
      kind: 'action',
      tool_call_id: entry.tool_call_id,
      action_type: entry.action_type,
      input: entry.input,
      output: entry.type === 'action_finished' ? entry.output : null,
    };
  }
  return newestOf(history, mostHistoryBytes);
}

/** The newest entries that together are no longer than `bytes` as JSON, oldest first. */
export function newestOf(history: readonly HistoryEntry[], bytes: number): HistoryEntry[] {
  let from = history.length;
  for (let left = bytes; from > 0; from -= 1) {
    left -= Buffer.byteLength(JSON.stringify(history[from - 1]));
    if (left < 0) break;
  }
  return history.slice(from);
}
