import type { HistoryEntry } from '../replying/history';
import type { ToolCall } from '../ports';
import type { Progress } from '../progress';
import type { Activity } from '../state';
import { maxArgumentChars, parseObject } from './tool-arguments';
import { fitToolName } from './tool-names';

const longestIdChars = 64;
export const maxCallsPerReply = 16;

/** Calls of a reply with this one added. A repeated id is the same call. One too many is kept, so that it is refused. */
export function withCall(calls: readonly ToolCall[], call: ToolCall): readonly ToolCall[] {
  const isNew = !calls.some((other) => other.id === call.id) && calls.length <= maxCallsPerReply;
  if (!isNew) return calls;
  return [...calls, { ...call, arguments: call.arguments.slice(0, maxArgumentChars + 1) }];
}

/** The calls of a complete reply that are taken up, each with an id of its own in the whole call. */
export function takeCalls(p: Progress, calls: readonly ToolCall[]): readonly ToolCall[] {
  const used = new Set(p.state.history.flatMap((entry) => (entry.kind === 'tool' ? [entry.toolCallId] : [])));
  return calls.map((call) => {
    const isFit = call.id !== '' && call.id.length <= longestIdChars && !used.has(call.id);
    return isFit ? call : { ...call, id: `${call.id.slice(0, longestIdChars - 16)}_${p.newId()}` };
  });
}

/** Calls as the history keeps them: what vendors would refuse to be shown again is put right. */
export function recordedCalls(calls: readonly ToolCall[]): readonly ToolCall[] {
  return calls.map(({ id, name, arguments: text }) => {
    const isWhole = text.length <= maxArgumentChars && parseObject(text) !== null;
    return { id, name: fitToolName(name), arguments: isWhole && text.trim() ? text : '{}' };
  });
}

/** Tool calls of a reply are about to be carried out, or an action that a phrase started. */
export function beginActing(
  by: 'model' | 'phrase',
  start: { readonly round: number; readonly waiting: readonly ToolCall[]; readonly sinceMs: number },
): Extract<Activity, { is: 'acting' }> {
  return { is: 'acting', by, ...start, current: null, stopped: false, asksModel: false, messages: [] };
}

/** How many of the last reply's calls are answered. */
export function answeredCalls(history: readonly HistoryEntry[]): number {
  return history.length - 1 - history.findLastIndex((entry) => entry.kind !== 'tool');
}

/** Whether the reply that made the last calls said anything to the caller beside them. */
export function spokeWithCalls(history: readonly HistoryEntry[]): boolean {
  const last = history.findLast((entry) => entry.kind === 'agent' && entry.calls.length > 0);
  return last?.kind === 'agent' && last.text !== '';
}

/** Whether the caller has heard anything since their last words, or is about to: the agent's words, or tones. */
export function didAnythingInTurn(history: readonly HistoryEntry[]): boolean {
  const turn = history.slice(history.findLastIndex((entry) => entry.kind === 'caller') + 1);
  return turn.some(
    (entry) =>
      entry.kind === 'agent' && (entry.text !== '' || entry.calls.some(({ name }) => name === 'dtmf')),
  );
}
