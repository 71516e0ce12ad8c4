import type { ConversationEvent } from './events';
import type { Progress } from './progress';
import type { TurnTimes } from './state';

/** Begins to take the times of a turn that ends now. Those of the turn before are told, as far as it got. */
export function turnEndedNow(p: Progress): void {
  tellTimes(p, null);
  const turn = p.state.turns + 1;
  p.set({
    turns: turn,
    times: {
      turn,
      endedAtMs: p.nowMs,
      replyId: null,
      utteranceId: null,
      modelRequestedMs: null,
      firstTokenMs: null,
      clauseReadyMs: null,
      speechRequestedMs: null,
      firstByteMs: null,
    },
  });
}

/** The turn was not over after all: it will be counted, and timed, when it is. */
export function turnTakenBack(p: Progress): void {
  if (p.state.times) p.set({ times: null, turns: p.state.turns - 1 });
}

/** Notes what is to be timed, the first of its kind in the turn only. */
export function noteTimes(p: Progress, change: Partial<TurnTimes>): void {
  const { times } = p.state;
  if (!times) return;
  const first = Object.fromEntries(
    Object.entries(change).filter(([name]) => times[name as keyof TurnTimes] === null),
  );
  p.set({ times: { ...times, ...first } });
}

/** Takes times from events as they pass. */
export function observeTimes(p: Progress, event: ConversationEvent): void {
  const { times } = p.state;
  if (!times) return;
  const { nowMs } = p;
  switch (event.type) {
    case 'reply_requested':
      if (event.replyId === times.replyId) noteTimes(p, { modelRequestedMs: nowMs });
      break;
    case 'reply_text':
    case 'reply_tool_call':
      if (event.replyId === times.replyId) noteTimes(p, { firstTokenMs: nowMs });
      break;
    case 'speech_requested':
      if (event.utteranceId === times.utteranceId) noteTimes(p, { speechRequestedMs: nowMs });
      break;
    case 'speech_audio':
      if (event.utteranceId === times.utteranceId) noteTimes(p, { firstByteMs: nowMs });
      break;
    case 'playout_began':
      if (event.utteranceId === times.utteranceId) tellTimes(p, nowMs);
      break;
    default:
  }
}

/** Tells the running turn's times, if any, and stops taking them. */
export function tellTimes(p: Progress, firstFrameAtMs: number | null): void {
  const { times } = p.state;
  if (!times) return;
  p.set({ times: null });
  const since = (atMs: number | null): number | null => (atMs === null ? null : atMs - times.endedAtMs);
  p.tell({
    type: 'turn_metrics',
    turn: times.turn,
    model_requested_ms: since(times.modelRequestedMs),
    first_token_ms: since(times.firstTokenMs),
    speech_requested_ms: since(times.speechRequestedMs),
    first_byte_ms: since(times.firstByteMs),
    first_frame_ms: since(firstFrameAtMs),
    own_ms: ownMs(times, firstFrameAtMs),
    latency_ms: null,
    end_of_turn_ms: null,
    prepared: 'none',
    model_calls: 1,
  });
}

/** End of turn to request; clause ready to request for speech; first byte to first frame: none of it a provider's. */
function ownMs(times: TurnTimes, firstFrameAtMs: number | null): number | null {
  const { modelRequestedMs, clauseReadyMs, speechRequestedMs, firstByteMs } = times;
  if (modelRequestedMs === null || clauseReadyMs === null) return null;
  if (speechRequestedMs === null || firstByteMs === null || firstFrameAtMs === null) return null;
  return (
    modelRequestedMs - times.endedAtMs + (speechRequestedMs - clauseReadyMs) + (firstFrameAtMs - firstByteMs)
  );
}
