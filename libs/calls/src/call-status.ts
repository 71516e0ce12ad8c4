import { CallLife, CallStage } from './call-life';

/** The status that the public API shows. */
export type CallStatus = 'not_started' | 'in_progress' | 'error' | 'ended';

export function callStatus(life: CallLife): CallStatus {
  if (life.endedAtMs !== null) return callError(life) === null ? 'ended' : 'error';
  return life.answeredAtMs === null && life.connectedAtMs === null ? 'not_started' : 'in_progress';
}

/** How far the call got. */
export function callStage(life: CallLife): CallStage {
  if (life.connectedAtMs === null) return 'created';
  if (life.intent?.kind !== 'transfer') return 'picked_up';
  return life.transfer === 'answered' || life.transfer === 'disconnected'
    ? 'transfer_successful'
    : 'transfer_started';
}

/** What went wrong, for the call's owner; null when nothing did. Busy and unanswered calls are no errors. */
export function callError(life: CallLife): string | null {
  if (life.refusal !== null) return life.refusal;
  if (life.intent?.kind === 'finish' && life.intent.errorMessage !== null) return life.intent.errorMessage;
  const isFailed = life.carrier === 'failed' && life.endRequestedAtMs === null;
  return isFailed ? 'The carrier could not put the call through.' : null;
}

/** When a call that is over ended, as the carrier told it; null before. */
export function callEndMs(life: CallLife): number | null {
  return life.endedAtMs === null ? null : (life.carrierEndedAtMs ?? life.endedAtMs);
}

/** How long a call that is over was connected, transfers included; 0 when it never was. */
export function connectedMs(life: CallLife): number {
  const endMs = callEndMs(life);
  if (life.connectedAtMs === null || endMs === null) return 0;
  return Math.max(0, endMs - life.connectedAtMs);
}
