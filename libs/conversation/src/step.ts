import { prepareWhenOver } from './replying/ahead';
import { nextDeadlineMs, runDue } from './deadlines';
import type { ConversationEffect } from './effects';
import { advanceEnding, finish, release } from './course/ending';
import type { ConversationEvent } from './events';
import { emptyReplyCode, modelFailed, speechFailed, transcriberFailed } from './course/faults';
import { dropNeedlessFiller } from './speaking/fillers';
import { heardByTranscriber, keyPressed, listeningBegan } from './hearing/hearing';
import { observeTimes } from './metrics';
import { openConversation } from './course/opening';
import { actionForPhrase } from './acting/phrase-triggers';
import { lookedUp } from './replying/knowledge';
import { Progress } from './progress';
import { replyFinished, replyText, replyToolCall } from './replying/reply';
import {
  findUtterance,
  markPlayed,
  requestSpeechAhead,
  settleHeard,
  speechArrived,
  speechCompleted,
  speechTimed,
} from './speaking/speech';
import type { ConversationState } from './state';
import { sumUpWhenLong, summaryReady } from './replying/summary';
import {
  actionAnswered,
  advanceActions,
  startPhraseAction,
  transferAnswered,
  transferChecked,
} from './acting/tools';
import { answerAside } from './hearing/turn-end';

/**
 * The whole conversation: what is done when something is heard. Pure: the same state, event and time give the same
 * result; the state given is not changed; it never throws. `nowMs` is epoch ms and does not go back. After `finish` or
 * `release` every event gives the same state and no effects.
 */
export function step(
  state: ConversationState,
  event: ConversationEvent,
  nowMs: number,
): readonly [ConversationState, readonly ConversationEffect[]] {
  if (state.phase.is === 'over') return [state, []];
  if (state.phase.is === 'new' && !beforeStart.has(event.type)) return [state, []];
  const p = new Progress(state, nowMs);
  observeTimes(p, event);
  handle(p, event);
  advance(p, state.history);
  return [p.state, p.effects];
}

const beforeStart: ReadonlySet<ConversationEvent['type']> = new Set(['started', 'detached', 'drain']);

function handle(p: Progress, event: ConversationEvent): void {
  switch (event.type) {
    case 'started':
      openConversation(p);
      break;
    case 'speech_started':
    case 'interim':
    case 'final':
    case 'eager_end_of_turn':
    case 'turn_resumed':
    case 'utterance_ended':
      heardByTranscriber(p, event);
      break;
    case 'key_pressed':
      keyPressed(p, event.key);
      break;
    case 'transcriber_failed':
      transcriberFailed(p, event.fault);
      break;
    case 'tick':
      p.set({ wakeAtMs: null });
      runDue(p);
      break;
    case 'drain':
      finish(p, 'drained', null);
      break;
    case 'detached':
      release(p, event.reason);
      break;
    default:
      handleAnswer(p, event);
      break;
  }
}

type Answer = Exclude<
  ConversationEvent,
  {
    type:
      | 'started'
      | 'speech_started'
      | 'interim'
      | 'final'
      | 'eager_end_of_turn'
      | 'turn_resumed'
      | 'utterance_ended'
      | 'key_pressed'
      | 'transcriber_failed'
      | 'tick'
      | 'drain'
      | 'detached';
  }
>;

/** What came of an effect. */
function handleAnswer(p: Progress, event: Answer): void {
  switch (event.type) {
    case 'reply_text':
      replyText(p, event);
      break;
    case 'reply_tool_call':
      replyToolCall(p, event.replyId, event.call);
      break;
    case 'reply_finished':
      replyEnded(p, event.replyId);
      break;
    case 'reply_failed':
      modelFailed(p, event.replyId, event.fault);
      break;
    case 'speech_audio':
      speechArrived(p, event.utteranceId, event.bytes);
      break;
    case 'speech_finished':
      speechEnded(p, event.utteranceId);
      break;
    case 'speech_failed':
      speechFailed(p, event.utteranceId, event.fault);
      break;
    case 'speech_words':
      speechTimed(p, event.utteranceId, event.words);
      break;
    case 'mark':
      markPlayed(p, event.name);
      break;
    case 'transfer_checked':
      transferChecked(p, event.runId, event.refusal);
      break;
    case 'transfer_answered':
      transferAnswered(p, event.runId, event.refusal);
      break;
    case 'action_answered':
      actionAnswered(p, event.runId, event.answer);
      break;
    case 'looked_up':
      lookedUp(p, event.lookupId, event.passages);
      break;
    case 'summary_ready':
      summaryReady(p, event.summaryId, event.text);
      break;
    case 'problem_noticed':
      p.problem(event.code, event.message);
      break;
    case 'listening_began':
      listeningBegan(p, event.audioMs);
      break;
    case 'reply_requested':
    case 'speech_requested':
    case 'playout_began':
      break;
  }
}

function replyEnded(p: Progress, replyId: number): void {
  if (replyFinished(p, replyId) === 'done') return;
  modelFailed(p, replyId, {
    code: emptyReplyCode,
    message: 'The model gave an empty reply.',
    retryable: true,
  });
}

function speechEnded(p: Progress, utteranceId: number): void {
  const utterance = findUtterance(p.state, utteranceId);
  if (utterance && utterance.startMs === null && utterance.heldBytes === 0) {
    const message = 'The speech held no audio.';
    speechFailed(p, utteranceId, { code: 'SYNTHESIZER.EMPTY', message, retryable: true });
  } else speechCompleted(p, utteranceId);
}

/** What follows of itself: heard speech is recorded, actions go on, what comes next is made ready. */
function advance(p: Progress, historyBefore: ConversationState['history']): void {
  if (p.state.phase.is === 'over') return;
  for (const part of settleHeard(p)) {
    if (part.kind === 'filler') continue;
    if (p.state.phase.is !== 'talking' || p.state.activity.is !== 'listening') continue;
    const action = actionForPhrase(p.state.settings.actions, part.heard);
    if (action) startPhraseAction(p, action);
    else answerAside(p, part);
  }
  advanceActions(p);
  advanceEnding(p);
  if (isOver(p)) return;
  prepareWhenOver(p);
  dropNeedlessFiller(p);
  requestSpeechAhead(p);
  if (p.state.history !== historyBefore) sumUpWhenLong(p);
  const wakeAtMs = nextDeadlineMs(p.state);
  if (wakeAtMs !== null && wakeAtMs !== p.state.wakeAtMs) {
    p.set({ wakeAtMs });
    p.emit({ type: 'wake_at', atMs: wakeAtMs });
  }
}

function isOver(p: Progress): boolean {
  return p.state.phase.is === 'over';
}
