import type { ConversationEvent } from './events';
import type { Progress } from './progress';
import type { ConversationState, TurnTimes } from './state';

/** Begins to take the times of a turn that ends now. Those of the turn before are told, as far as it got. */
export function turnEndedNow(p: Progress): void {
  tellTimes(p, null);
  const { preparations, modelCalls, stoppedAtMs } = p.state.hearing;
  const turn = p.state.turns + 1;
  p.set({
    turns: turn,
    times: {
      ...untimed(p),
      turn,
      stoppedAtMs,
      prepared: preparations > 0 ? 'miss' : 'none',
      preparations,
      modelCalls,
    },
  });
}

/** The turn was not over after all: it will be counted, and timed, when it is. */
export function turnTakenBack(p: Progress): void {
  const { times } = p.state;
  if (!times) return;
  const { preparations, modelCalls } = times;
  p.set({ times: null, turns: p.state.turns - 1 });
  p.setHearing({ preparations, modelCalls });
}

/** The times of a turn whose request is repeated: those of what came of the first are void. */
export function timesOfRepeat(times: TurnTimes): TurnTimes {
  const unspoken = { utteranceId: null, clauseReadyMs: null, speechRequestedMs: null, firstByteMs: null };
  return { ...times, ...unspoken, replyId: null };
}

/** The model is asked for the running turn's answer. */
export function modelAsked(p: Progress): void {
  const { times } = p.state;
  if (times) p.set({ times: { ...times, modelCalls: times.modelCalls + 1 } });
}

/** The times of a reply that is asked for before the turn is over. */
export function timesAhead(p: Progress, replyId: number): TurnTimes {
  return { ...untimed(p), replyId };
}

/** What was timed ahead is the turn's. */
export function takeUpPrepared(p: Progress, ahead: TurnTimes): void {
  const { times } = p.state;
  if (!times) return;
  const { turn, endedAtMs, stoppedAtMs, preparations, modelCalls } = times;
  p.set({
    times: { ...ahead, turn, endedAtMs, stoppedAtMs, preparations, modelCalls, prepared: 'hit' },
  });
}

/** Notes what is to be timed, the first of its kind in the turn only. `isAhead`: of the reply that is prepared. */
export function noteTimes(p: Progress, change: Partial<TurnTimes>, isAhead = false): void {
  const { times, ahead } = p.state;
  if (isAhead && ahead) p.set({ ahead: { ...ahead, times: noted(ahead.times, change) } });
  else if (!isAhead && times) p.set({ times: noted(times, change) });
}

/** Takes times from events as they pass. */
export function observeTimes(p: Progress, event: ConversationEvent): void {
  const { times, ahead } = p.state;
  if (ahead) {
    const change = timedBy(ahead.times, event, p.nowMs);
    if (change) noteTimes(p, change, true);
  }
  if (!times) return;
  if (event.type === 'playout_began') {
    if (event.utteranceId === times.utteranceId) tellTimes(p, p.nowMs);
    return;
  }
  const change = timedBy(times, event, p.nowMs);
  if (change) noteTimes(p, change);
}

/** Tells the running turn's times, if any, and stops taking them. */
export function tellTimes(p: Progress, firstFrameAtMs: number | null): void {
  const { times } = p.state;
  if (!times) return;
  p.set({ times: null });
  const since = (atMs: number | null): number | null => (atMs === null ? null : atMs - times.endedAtMs);
  const sinceStopped = (atMs: number | null): number | null =>
    atMs === null || times.stoppedAtMs === null ? null : atMs - times.stoppedAtMs;
  p.tell({
    type: 'turn_metrics',
    turn: times.turn,
    model_requested_ms: since(times.modelRequestedMs),
    first_token_ms: since(times.firstTokenMs),
    speech_requested_ms: since(times.speechRequestedMs),
    first_byte_ms: since(times.firstByteMs),
    first_frame_ms: since(firstFrameAtMs),
    own_ms: saidFiller(p.state, times.turn) ? null : ownMs(times, firstFrameAtMs),
    latency_ms: sinceStopped(firstFrameAtMs),
    end_of_turn_ms: sinceStopped(times.endedAtMs),
    prepared: times.prepared,
    model_calls: times.modelCalls,
  });
}

function untimed({ nowMs }: Progress): TurnTimes {
  return {
    turn: 0,
    endedAtMs: nowMs,
    stoppedAtMs: null,
    askedAtMs: nowMs,
    prepared: 'none',
    preparations: 0,
    modelCalls: 0,
    replyId: null,
    utteranceId: null,
    modelRequestedMs: null,
    firstTokenMs: null,
    clauseReadyMs: null,
    speechRequestedMs: null,
    firstByteMs: null,
  };
}

function noted(times: TurnTimes, change: Partial<TurnTimes>): TurnTimes {
  const first = Object.entries(change).filter(([name]) => times[name as keyof TurnTimes] === null);
  return { ...times, ...Object.fromEntries(first) };
}

/** What an event tells of a turn's times that was not known yet. */
function timedBy(times: TurnTimes, event: ConversationEvent, nowMs: number): Partial<TurnTimes> | null {
  switch (event.type) {
    case 'reply_requested':
      return isNew(event.replyId, times.replyId, times.modelRequestedMs) ? { modelRequestedMs: nowMs } : null;
    case 'reply_text':
    case 'reply_tool_call':
      return isNew(event.replyId, times.replyId, times.firstTokenMs) ? { firstTokenMs: nowMs } : null;
    case 'speech_requested':
      return isNew(event.utteranceId, times.utteranceId, times.speechRequestedMs)
        ? { speechRequestedMs: nowMs }
        : null;
    case 'speech_audio':
      return isNew(event.utteranceId, times.utteranceId, times.firstByteMs) ? { firstByteMs: nowMs } : null;
    default:
      return null;
  }
}

function isNew(id: number, timedId: number | null, knownMs: number | null): boolean {
  return id === timedId && knownMs === null;
}

/** An answer waits behind a filler by intent. */
function saidFiller({ speech }: ConversationState, turn: number): boolean {
  return speech.fillers.turn === turn && speech.fillers.said > 0;
}

/** Decision to request; clause ready to request for speech; first byte, or the turn's end, to first frame: none of it a provider's. */
function ownMs(times: TurnTimes, firstFrameAtMs: number | null): number | null {
  const { askedAtMs, modelRequestedMs, clauseReadyMs, speechRequestedMs, firstByteMs, endedAtMs } = times;
  if (modelRequestedMs === null || clauseReadyMs === null) return null;
  if (speechRequestedMs === null || firstByteMs === null || firstFrameAtMs === null) return null;
  const requestMs = modelRequestedMs - askedAtMs;
  // What was ready before the turn's end was not late until then.
  const speechMs = Math.max(0, speechRequestedMs - Math.max(clauseReadyMs, endedAtMs));
  const frameMs = firstFrameAtMs - Math.max(firstByteMs, endedAtMs);
  return requestMs + speechMs + frameMs;
}
