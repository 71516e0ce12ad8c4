import {
  CallIntent,
  CallLife,
  CallStageOutcome,
  CallTimings,
  LastWords,
  LifeEffect,
  LifeEvent,
  maxLosses,
} from './call-life';
import { CarrierStatus, isFinalStatus, laterStatus } from './carrier-status';
import { checkDueAtMs, giveUpAtMs } from './call-checks';

const apology: LastWords = {
  text: 'I am sorry, something went wrong on our side. Please call again later. Goodbye.',
  language: 'en',
};

type Step = readonly [CallLife, readonly LifeEffect[]];

/**
 * Moves a call on. Repeats, reordering and losses of what the carrier and the media process report lead to the same
 * final state, and to exactly one `ended`: when the carrier's end is known and nothing of ours is open (a stint, a
 * transfer), or `settleMs` after the carrier's end. After it nothing changes, whatever comes.
 */
export function advanceCall(life: CallLife, event: LifeEvent, timings: CallTimings): Step {
  if (life.endedAtMs !== null) {
    // A carrier that still asks about a call that is over is told to hang up.
    return [life, event.type === 'connect_ended' ? [{ type: 'go_on', with: 'hang_up' }] : []];
  }
  const [moved, effects] = apply(life, event, timings);
  const [settled, endEffects] = settle(moved, event.atMs, timings);
  return [settled, [...effects, ...endEffects]];
}

function apply(life: CallLife, event: LifeEvent, timings: CallTimings): Step {
  switch (event.type) {
    case 'carrier_status':
      return [reported(life, event.status, event.atMs), hangUpIfUnwanted(life, event.status)];
    case 'dial_refused':
      return [{ ...reported(life, 'failed', event.atMs), refusal: event.message }, []];
    case 'attached':
      return attached(life, event.atMs);
    case 'detached':
      return [event.stint === life.stint ? closeStint(life, event.atMs) : life, []];
    case 'intent_committed':
      return [commit(life, event.intent, event.atMs), []];
    case 'end_requested':
      // One that crosses the carrier's end did not cause it.
      if (life.carrierEndedAtMs !== null) return [life, []];
      return [{ ...life, endRequestedAtMs: life.endRequestedAtMs ?? event.atMs }, [{ type: 'hang_up' }]];
    case 'connect_ended':
      return connectEnded(life, event.atMs);
    case 'transfer_progress':
      return [{ ...life, transfer: laterProgress(life.transfer, event.progress) }, []];
    case 'truth':
      return truth(life, event.status, event.atMs);
    case 'tick':
      return tick(life, event.atMs, timings);
  }
}

function reported(life: CallLife, status: CarrierStatus, atMs: number): CallLife {
  const carrier = laterStatus(life.carrier, status);
  const isOver = isFinalStatus(carrier);
  return {
    ...life,
    carrier,
    answeredAtMs: life.answeredAtMs ?? (carrier === 'in-progress' ? atMs : null),
    carrierEndedAtMs: life.carrierEndedAtMs ?? (isOver ? atMs : null),
  };
}

/** A call that was ended before the carrier had an id for it is hung up as soon as it has one. */
function hangUpIfUnwanted(life: CallLife, status: CarrierStatus): readonly LifeEffect[] {
  const isFirstWord = life.carrier === null && !isFinalStatus(status);
  return isFirstWord && life.endRequestedAtMs !== null ? [{ type: 'hang_up' }] : [];
}

function attached(life: CallLife, atMs: number): Step {
  const isFirst = life.connectedAtMs === null;
  const next: CallLife = {
    ...reported(life, 'in-progress', atMs),
    stint: life.stint + 1,
    stintOpen: true,
    stintClosedAtMs: null,
    connectedAtMs: life.connectedAtMs ?? atMs,
  };
  return [next, isFirst ? [{ type: 'connected' }] : []];
}

/** The first intent holds. One that crosses the carrier's end changes nothing, unless it tells what went wrong. */
function commit(life: CallLife, intent: CallIntent, atMs: number): CallLife {
  const isFault = intent.kind === 'finish' && intent.errorMessage !== null;
  if (life.intent || (life.carrierEndedAtMs !== null && !isFault)) return life;
  return { ...life, intent, intentAtMs: atMs };
}

function closeStint(life: CallLife, atMs: number): CallLife {
  return life.stintOpen ? { ...life, stintOpen: false, stintClosedAtMs: atMs } : life;
}

function connectEnded(life: CallLife, atMs: number): Step {
  if (life.intent?.kind === 'transfer') return goOn(life, life.transfer ? 'hang_up' : 'transfer');
  if (life.endRequestedAtMs !== null || life.carrierEndedAtMs !== null) return goOn(life, 'hang_up');
  if (life.intent) return goOn(life, life.intent.lastWords ? 'last_words' : 'hang_up');
  const lost = { ...life, losses: life.losses + 1 };
  if (lost.losses <= maxLosses) return goOn(lost, 'reconnect');
  const errorMessage = 'The conversation was lost and could not be taken up again.';
  const intent = { kind: 'finish', reason: 'lost', errorMessage, lastWords: apology } as const;
  return goOn({ ...lost, intent, intentAtMs: atMs }, 'last_words');
}

function goOn(life: CallLife, how: Extract<LifeEffect, { type: 'go_on' }>['with']): Step {
  return [life, [{ type: 'go_on', with: how }]];
}

type Progress = NonNullable<CallLife['transfer']>;
const progressRanks: Readonly<Record<Progress, number>> = { answered: 0, unanswered: 1, disconnected: 1 };

function laterProgress(known: Progress | null, told: Progress): Progress {
  return known === null || progressRanks[told] > progressRanks[known] ? told : known;
}

function truth(life: CallLife, status: CarrierStatus | null, atMs: number): Step {
  // A call that the carrier does not know (any more) is over; it had begun if it was ever answered.
  const known = status ?? (life.answeredAtMs === null ? 'failed' : 'completed');
  const next = reported(life, known, atMs);
  const isUnwanted = next.intent?.kind === 'finish' || next.endRequestedAtMs !== null;
  return [next, isUnwanted && next.carrierEndedAtMs === null ? [{ type: 'hang_up' }] : []];
}

function tick(life: CallLife, atMs: number, timings: CallTimings): Step {
  if (life.carrierEndedAtMs !== null || atMs < checkDueAtMs(life, timings)) return [life, []];
  // Never without a question before it: it may be this side that was away.
  if (life.checkedAtMs !== null && atMs >= giveUpAtMs(life, timings)) {
    return [
      { ...reported(life, 'failed', atMs), refusal: 'The carrier never reported the end of this call.' },
      [],
    ];
  }
  return [{ ...life, checkedAtMs: atMs }, [{ type: 'ask_carrier' }]];
}

function settle(life: CallLife, nowMs: number, timings: CallTimings): Step {
  if (life.carrierEndedAtMs === null) return [life, []];
  // A leg that was put through ends with the caller's; one of which nothing is known yet may have been answered.
  const isTransferOpen = life.intent?.kind === 'transfer' && life.transfer === null;
  const isOpen = life.stintOpen || isTransferOpen;
  if (isOpen && nowMs < life.carrierEndedAtMs + timings.settleMs) return [life, []];
  const ended: CallLife = {
    ...closeStint(life, nowMs),
    endedAtMs: nowMs,
    stageOutcome: outcome(life),
  };
  const neverConnected = life.connectedAtMs === null && life.direction === 'outbound';
  const carrierStatus = life.carrier ?? 'failed';
  return [
    ended,
    [...(neverConnected ? [{ type: 'did_not_connect' as const, carrierStatus }] : []), { type: 'ended' }],
  ];
}

function outcome(life: CallLife): CallStageOutcome {
  if (life.connectedAtMs === null) {
    return life.carrier === 'busy' || life.carrier === 'no-answer'
      ? 'human_unanswered'
      : 'call_did_not_connect';
  }
  if (life.intent?.kind === 'transfer') {
    if (life.transfer === 'unanswered') return 'transfer_unanswered';
    // Without word of the transfer's leg, it was the caller who left before it was answered.
    return life.transfer === null ? 'human_disconnected' : 'transfer_disconnected';
  }
  return life.intent || life.endRequestedAtMs !== null ? 'bot_disconnected' : 'human_disconnected';
}
