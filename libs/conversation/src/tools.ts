import { answerCall, factFields, tellFinished } from './action-records';
import type { ActionOutput } from './action-records';
import { finish, release } from './ending';
import { languageFacts } from './languages';
import { noteTimes } from './metrics';
import type { ToolCall } from './ports';
import type { Progress } from './progress';
import { maxToolRounds, requestReply } from './reply';
import { addUtterance, closePart, isSilent, openPart, saySentence } from './speech';
import type { ActionRun, Activity } from './state';
import { actionNamed, checkArguments } from './tool-arguments';
import type { ConversationAction } from './settings';
import { answerTurn } from './turn';

/** An answer about a number that takes longer counts as a refusal. */
const answerWithinMs = 8_000;

type Acting = Extract<Activity, { is: 'acting' }>;

/** Carries on with the actions under way, as far as it goes now. */
export function advanceActions(p: Progress): void {
  for (;;) {
    const { activity } = p.state;
    if (activity.is !== 'acting') return;
    if (!activity.current) {
      if (!startNext(p, activity)) return;
      continue;
    }
    if (!isSilent(p.state)) return;
    if (activity.current.stage === 'awaiting_silence') perform(p, activity.current);
    else if (activity.current.stage === 'pressing') completeAction(p, activity.current, { success: true });
    else return;
  }
}

/** An action that a phrase of the agent's started. */
export function startPhraseAction(p: Progress, action: ConversationAction): void {
  p.set({ activity: { is: 'acting', by: 'phrase', round: 0, current: null, waiting: [] } });
  const runId = p.newId();
  const input = action.type === 'action_transfer_call' ? { phone_number: action.phoneNumber } : {};
  begin(p, { runId, toolCallId: `phrase_${runId}`, call: null, action, input });
}

/** The guards' word on a number. */
export function transferChecked(p: Progress, runId: number, refusal: string | null): void {
  const run = runningAction(p, runId, 'checking');
  if (!run) return;
  if (refusal === null) setRun(p, { ...run, stage: 'awaiting_silence', deadlineMs: null });
  else completeAction(p, run, { success: false, message: refusal });
}

/** Whether a transfer is committed. If so, the caller is no longer ours. */
export function transferAnswered(p: Progress, runId: number, refusal: string | null): void {
  const run = runningAction(p, runId, 'transferring');
  if (!run) return;
  completeAction(p, run, refusal === null ? { success: true } : { success: false, message: refusal });
  if (refusal === null) release(p, 'transferred');
}

/** No answer came in time. */
export function actionTimedOut(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'acting' || !activity.current) return;
  completeAction(p, activity.current, { success: false, message: 'No answer came in time.' });
}

/** True when words of the caller may stop what is under way: nothing irrevocable has begun. */
export function mayInterruptActions(activity: Activity): boolean {
  if (activity.is !== 'acting') return true;
  return activity.current?.stage === 'awaiting_silence' || activity.current?.stage === 'checking';
}

/** The caller spoke first, so that nothing of it is done. Every call gets its answer. */
export function interruptActions(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'acting') return;
  const output = {
    success: false,
    message: 'Not done: the caller interrupted. The call goes on; listen to what they say.',
  };
  if (activity.current) completeAction(p, activity.current, output);
  for (const call of activity.waiting) answerCall(p, call, output);
  p.set({ activity: { is: 'listening' } });
}

/** Takes up the next waiting call; false when that was all, and what follows has been started. */
function startNext(p: Progress, acting: Acting): boolean {
  const [call, ...waiting] = acting.waiting;
  if (!call) {
    carryOn(p, acting);
    return false;
  }
  p.set({ activity: { ...acting, waiting } });
  const action = actionNamed(p.state.settings.actions, call.name);
  if (!action) return refuse(p, call, `There is no tool named "${call.name.slice(0, 64)}".`);
  if (acting.round >= maxToolRounds) return refuse(p, call, 'Too many tool calls in one turn.');
  const checked = checkArguments(action, call.arguments);
  if (!checked.ok) return refuse(p, call, checked.message);
  begin(p, { runId: p.newId(), toolCallId: call.id, call, action, input: checked.input });
  return true;
}

function carryOn(p: Progress, acting: Acting): void {
  p.set({ activity: { is: 'listening' } });
  if (p.state.hearing.held) answerTurn(p);
  else if (acting.by === 'phrase') return;
  else if (acting.round < maxToolRounds) {
    requestReply(p, { round: acting.round + 1, attempt: 1, sinceMs: p.nowMs });
  } else if (isSilent(p.state)) {
    // A model that only ever calls tools: the caller must not be left in silence.
    saySentence(p, 'reply', languageFacts(p.state.settings.language).sentences.goOn);
  }
}

function refuse(p: Progress, call: ToolCall, message: string): true {
  p.problem('TOOL.REFUSED', `${call.name.slice(0, 64)}: ${message}`);
  answerCall(p, call, { success: false, message });
  return true;
}

function begin(p: Progress, run: Omit<ActionRun, 'stage' | 'deadlineMs'>): void {
  const { action } = run;
  p.tell({ type: 'action_started', ...factFields(run) });
  if (action.type === 'action_transfer_call') {
    setRun(p, { ...run, stage: 'checking', deadlineMs: p.nowMs + answerWithinMs });
    p.emit({ type: 'check_transfer', runId: run.runId, phoneNumber: action.phoneNumber });
  } else {
    setRun(p, { ...run, stage: 'awaiting_silence', deadlineMs: null });
  }
}

/** All that was to be said has been heard: now it is done. */
function perform(p: Progress, run: ActionRun): void {
  const { action } = run;
  switch (action.type) {
    case 'action_end_conversation':
      tellFinished(p, run, { success: true });
      p.set({ activity: { is: 'listening' } });
      finish(p, 'agent_ended', null);
      break;
    case 'action_transfer_call':
      setRun(p, { ...run, stage: 'transferring', deadlineMs: p.nowMs + answerWithinMs });
      p.emit({
        type: 'transfer',
        runId: run.runId,
        actionId: action.id,
        phoneNumber: action.phoneNumber,
      });
      break;
    case 'action_dtmf': {
      setRun(p, { ...run, stage: 'pressing' });
      const partId = openPart(p, 'tones', null);
      const utteranceId = addUtterance(p, partId, { kind: 'tones', keys: String(run.input['digits']) });
      noteTimes(p, { utteranceId, clauseReadyMs: p.nowMs });
      closePart(p, partId);
      break;
    }
  }
}

function completeAction(p: Progress, run: ActionRun, output: ActionOutput): void {
  tellFinished(p, run, output);
  if (run.call) answerCall(p, run.call, output);
  else if (output['success'] !== true) {
    const text = `The action ${run.action.type} was not done: ${String(output['message'])}`;
    p.set({ history: [...p.state.history, { kind: 'note', text }] });
  }
  const { activity } = p.state;
  if (activity.is === 'acting') p.set({ activity: { ...activity, current: null } });
}

function runningAction(p: Progress, runId: number, stage: ActionRun['stage']): ActionRun | null {
  const { activity } = p.state;
  if (activity.is !== 'acting' || activity.current?.runId !== runId) return null;
  return activity.current.stage === stage ? activity.current : null;
}

function setRun(p: Progress, run: ActionRun): void {
  const { activity } = p.state;
  if (activity.is === 'acting') p.set({ activity: { ...activity, current: run } });
}
