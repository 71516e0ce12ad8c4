import { answerCall, factFields, tellFinished } from './action-records';
import type { ActionOutput } from './action-records';
import { finish, release } from '../course/ending';
import { languageFacts } from '../languages';
import { noteTimes } from '../metrics';
import { collect } from './collecting';
import { plainSpeech } from '../speaking/plain-speech';
import type { ActionAnswer, ToolCall } from '../ports';
import type { Progress } from '../progress';
import { maxToolRounds, requestReply } from '../replying/reply';
import { addUtterance, closePart, isSilent, openPart, saySentence } from '../speaking/speech';
import type { ActionRun, Activity } from '../state';
import { actionNamed, checkArguments } from './tool-arguments';
import { answeredCalls, beginActing, maxCallsPerReply, spokeWithCalls } from './tool-calls';
import type { ConversationAction } from '../settings';
import { answerTurn } from '../hearing/turn';

/** An answer about a number that takes longer counts as a refusal. */
const answerWithinMs = 8_000;
/** The customer's side has 10 s; who asks it for us needs some of its own. */
const outsideAnswerWithinMs = 12_000;
/** Of a turn: no action of the customer's is begun later than this. */
const outsideBeginWithinMs = 24_000;
const maxResultChars = 8_000;
const maxMessageChars = 2_000;

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
  p.set({ activity: beginActing('phrase', { round: 0, waiting: [], sinceMs: p.nowMs }) });
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

/** What came of an action outside. */
export function actionAnswered(p: Progress, runId: number, answer: ActionAnswer): void {
  const run = runningAction(p, runId, 'asking');
  if (!run) return;
  const { success, agentMessage } = answer;
  const result = boundedResult(answer.result);
  const message = agentMessage?.slice(0, maxMessageChars) ?? '';
  completeAction(p, run, { success, result, ...(message && { agent_message: message }) });
}

/** No answer came in time. */
export function actionTimedOut(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'acting' || !activity.current) return;
  const isOutside = activity.current.stage === 'asking';
  if (isOutside) p.problem('ACTION.TIMEOUT', 'No answer came in time from the outside action.');
  const message = `No answer came in time${isOutside ? '; whether it was done is not known' : ''}.`;
  completeAction(p, activity.current, { success: false, message });
}

/** True when words of the caller may stop what is said meanwhile: nothing is under way that would be heard or lost. */
export function mayInterruptActions(activity: Activity): boolean {
  if (activity.is !== 'acting' || !activity.current) return true;
  return activity.current.stage !== 'pressing' && activity.current.stage !== 'transferring';
}

const interrupted: ActionOutput = {
  success: false,
  message: 'Not done: the caller interrupted. The call goes on; listen to what they say.',
};

/**
 * The caller spoke first: what has not begun is not done, and every call gets its answer. What was asked of the outside
 * goes on, and the caller is answered when its outcome is known.
 */
export function interruptActions(p: Progress): void {
  const { activity } = p.state;
  if (activity.is !== 'acting') return;
  if (activity.current?.stage === 'asking') {
    p.set({ activity: { ...activity, stopped: true } });
    return;
  }
  if (activity.current) completeAction(p, activity.current, interrupted);
  for (const call of activity.waiting) answerCall(p, call, interrupted);
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
  if (acting.stopped) {
    answerCall(p, call, interrupted);
    return true;
  }
  if (answeredCalls(p.state.history) >= maxCallsPerReply) {
    return refuse(p, call, `Not done: no more than ${maxCallsPerReply} tool calls in one reply.`);
  }
  const action = actionNamed(p.state.settings, call.name);
  if (!action) return refuse(p, call, `There is no tool named "${call.name.slice(0, 64)}".`);
  if (acting.round >= maxToolRounds) return refuse(p, call, 'Too many tool calls in one turn.');
  const checked = checkArguments(action, call.arguments);
  if (!checked.ok) return refuse(p, call, checked.message);
  if (action.type === 'action_external' && p.nowMs - acting.sinceMs > outsideBeginWithinMs) {
    return refuse(p, call, 'Not begun: the calls before it took too long.');
  }
  begin(p, { runId: p.newId(), toolCallId: call.id, call, action, input: checked.input });
  return true;
}

/** All calls are answered: what the caller hears next. */
function carryOn(p: Progress, acting: Acting): void {
  p.set({ activity: { is: 'listening' } });
  const message = plainSpeech(acting.messages.join(' '));
  const { held, words, interim, keysDueMs } = p.state.hearing;
  // A caller in the middle of a sentence is let finish: its answer tells what came of all this.
  if (interim || keysDueMs !== null || (words && !held)) p.setHearing({ held: false, owed: true });
  else if (held) answerTurn(p);
  else if (acting.by === 'phrase') return;
  else if (message && !acting.asksModel) saySentence(p, 'reply', message);
  else if (acting.asksModel || leavesInSilence(p)) askOn(p, acting.round);
}

/** Actions that the model is not to speak about, and nothing was said with them. */
function leavesInSilence({ state }: Progress): boolean {
  return !state.settings.maySayNothing && !spokeWithCalls(state.history);
}

function askOn(p: Progress, round: number): void {
  if (round < maxToolRounds) requestReply(p, { round: round + 1, attempt: 1, sinceMs: p.nowMs });
  // A model that only ever calls tools: the caller must not be left in silence.
  else if (isSilent(p.state)) {
    saySentence(p, 'reply', languageFacts(p.state.settings.language).sentences.goOn);
  }
}

function refuse(p: Progress, call: ToolCall, message: string): true {
  p.problem('TOOL.REFUSED', `${call.name.slice(0, 64)}: ${message}`);
  answerCall(p, call, { success: false, message });
  setActing(p, { asksModel: true });
  return true;
}

function begin(p: Progress, run: Omit<ActionRun, 'stage' | 'deadlineMs'>): void {
  const { action, runId, toolCallId, input } = run;
  p.tell({ type: 'action_started', ...factFields(run) });
  switch (action.type) {
    case 'action_transfer_call':
      setRun(p, { ...run, stage: 'checking', deadlineMs: p.nowMs + answerWithinMs });
      p.emit({ type: 'check_transfer', runId, phoneNumber: action.phoneNumber });
      break;
    case 'action_external':
      setRun(p, { ...run, stage: 'asking', deadlineMs: p.nowMs + outsideAnswerWithinMs });
      p.emit({ type: 'run_action', runId, toolCallId, actionId: action.id, input });
      break;
    case 'collect_email': {
      const { field, email, confirmed } = input;
      const output = collect(p, String(field), String(email), confirmed === true);
      completeAction(p, { ...run, stage: 'checking', deadlineMs: null }, output);
      break;
    }
    default:
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
  setActing(p, { current: null, ...whatFollows(p, run, output) });
}

/** Whether the model is asked for a word about an action that was carried out, or one is given. */
function whatFollows({ state }: Progress, { action }: ActionRun, output: ActionOutput): Partial<Acting> {
  if (state.activity.is !== 'acting') return {};
  if (action.type !== 'action_external') return { asksModel: true };
  if (!action.speakOnReceive) return {};
  const message = output['agent_message'];
  if (typeof message !== 'string' || !plainSpeech(message)) return { asksModel: true };
  return { messages: [...state.activity.messages, message] };
}

/** A customer's answer of any size, so that neither the record nor the model's window is filled by it. */
function boundedResult(result: ActionAnswer['result']): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(result);
  return text.length <= maxResultChars ? result : { cut_off: true, beginning: text.slice(0, maxResultChars) };
}

function runningAction(p: Progress, runId: number, stage: ActionRun['stage']): ActionRun | null {
  const { activity } = p.state;
  if (activity.is !== 'acting' || activity.current?.runId !== runId) return null;
  return activity.current.stage === stage ? activity.current : null;
}

function setRun(p: Progress, run: ActionRun): void {
  setActing(p, { current: run });
}

function setActing(p: Progress, change: Partial<Acting>): void {
  const { activity } = p.state;
  if (activity.is === 'acting') p.set({ activity: { ...activity, ...change } });
}
