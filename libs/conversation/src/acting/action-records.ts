import type { ToolCall } from '../ports';
import type { Progress } from '../progress';
import type { ActionRun } from '../state';

/** What came of an action: `success`, and a `message` where there is something to say. */
export type ActionOutput = Record<string, unknown>;

/** What every fact about an action holds. */
export function factFields(run: Pick<ActionRun, 'toolCallId' | 'action' | 'input'>) {
  return {
    tool_call_id: run.toolCallId,
    action_id: run.action.id,
    action_type: run.action.type,
    input: run.input,
  };
}

export function tellFinished(p: Progress, run: ActionRun, output: ActionOutput): void {
  p.tell({ type: 'action_finished', ...factFields(run), output });
}

/** Gives the model the answer to one of its calls. */
export function answerCall(p: Progress, call: ToolCall, output: ActionOutput): void {
  const content = JSON.stringify(output);
  p.set({ history: [...p.state.history, { kind: 'tool', toolCallId: call.id, content }] });
}

/** The call ends while an action is under way: it is on record that it did not come to its end. */
export function abandonActions(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'acting') return;
  const output = { success: false, message: 'The call ended first.' };
  const { current } = activity;
  const isAsked = current?.stage === 'asking';
  const unknown = { success: false, message: 'The call ended before an answer came.' };
  if (current) tellFinished(p, current, isAsked ? unknown : output);
  if (current?.call) answerCall(p, current.call, isAsked ? unknown : output);
  for (const call of activity.waiting) answerCall(p, call, output);
  p.set({ activity: { is: 'listening' } });
}
