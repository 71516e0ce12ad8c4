import { CallLife, CallTimings } from './call-life';

/**
 * When someone has to look after the call if nothing else happens to it: the end of its patience with a missing
 * callback, stint or transfer. `Infinity` for a call that is over.
 */
export function checkDueAtMs(life: CallLife, timings: CallTimings): number {
  if (life.endedAtMs !== null) return Infinity;
  if (life.carrierEndedAtMs !== null) return life.carrierEndedAtMs + timings.settleMs;
  const due = silenceEndsAtMs(life, timings);
  return life.checkedAtMs === null ? due : Math.max(due, life.checkedAtMs + timings.recheckMs);
}

/** When a call whose carrier never answers for it is given up. */
export function giveUpAtMs(life: CallLife, timings: CallTimings): number {
  const longest = life.answeredAtMs === null ? timings.ringTimeoutMs : timings.timeLimitMs;
  return (life.answeredAtMs ?? life.createdAtMs) + longest + 10 * timings.silenceMs;
}

function silenceEndsAtMs(life: CallLife, timings: CallTimings): number {
  if (life.endRequestedAtMs !== null) return life.endRequestedAtMs + timings.settleMs;
  if (life.answeredAtMs === null) return life.createdAtMs + timings.ringTimeoutMs + timings.silenceMs;
  if (life.connectedAtMs === null) return life.answeredAtMs + timings.silenceMs;
  const untilLimitMs = life.answeredAtMs + timings.timeLimitMs + timings.silenceMs;
  // A transfer goes on without a stint, for as long as the carrier lets it.
  if (life.intent?.kind === 'transfer') return untilLimitMs;
  if (life.intent?.kind === 'finish') {
    const overAtMs = Math.max(life.stintClosedAtMs ?? 0, life.intentAtMs ?? 0);
    return overAtMs + speakingMs(life.intent.lastWords?.text ?? '') + timings.settleMs;
  }
  return life.stintClosedAtMs === null ? untilLimitMs : life.stintClosedAtMs + timings.settleMs;
}

/** Slow speech: ten characters a second. A call is not hung up in the middle of its last words. */
function speakingMs(text: string): number {
  return text.length * 100;
}
