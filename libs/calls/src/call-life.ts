import { CarrierStatus } from './carrier-status';

/** A sentence for the carrier's own voice. */
export interface LastWords {
  readonly text: string;
  /** ISO 639-1, lower case. */
  readonly language: string;
}

/** Why the conversation of a call is over, or where it is handed to. Committed before the carrier is told anything. */
export type CallIntent =
  | {
      readonly kind: 'finish';
      readonly reason: string;
      /** What went wrong, for the call's owner; null when the agent simply finished. */
      readonly errorMessage: string | null;
      /** What the carrier says in a voice of its own before it hangs up; null when the agent said its own last words. */
      readonly lastWords: LastWords | null;
    }
  | { readonly kind: 'transfer'; readonly phoneNumber: string; readonly actionId: string };

export type CallStage = 'created' | 'picked_up' | 'transfer_started' | 'transfer_successful';

export type CallStageOutcome =
  | 'human_unanswered'
  | 'call_did_not_connect'
  | 'human_disconnected'
  | 'bot_disconnected'
  | 'transfer_unanswered'
  | 'transfer_disconnected';

/** All that decides a call's status. Plain data: it is stored with the call and survives every process. */
export interface CallLife {
  readonly direction: 'inbound' | 'outbound';
  readonly createdAtMs: number;
  /** What the carrier last said of the first leg; null before it said anything. */
  readonly carrier: CarrierStatus | null;
  readonly answeredAtMs: number | null;
  /** When the carrier's end of the first leg became known. */
  readonly carrierEndedAtMs: number | null;
  /** Why the carrier did not take the call, in its words. */
  readonly refusal: string | null;
  /** The number of the newest attachment of a media process; 0 before the first. */
  readonly stint: number;
  readonly stintOpen: boolean;
  readonly connectedAtMs: number | null;
  readonly stintClosedAtMs: number | null;
  /** How often the media socket was lost without an intent. */
  readonly losses: number;
  readonly intent: CallIntent | null;
  readonly intentAtMs: number | null;
  readonly endRequestedAtMs: number | null;
  /** How the transfer's own leg went; null while that is not known. */
  readonly transfer: 'answered' | 'disconnected' | 'unanswered' | null;
  /** When the carrier was last asked for the truth. */
  readonly checkedAtMs: number | null;
  /** When the final state was reached. Nothing changes after it. */
  readonly endedAtMs: number | null;
  readonly stageOutcome: CallStageOutcome | null;
}

/** How long each silence is borne. All in ms. */
export interface CallTimings {
  /** From the first sign of the end to the final state, while the other signs are missing. */
  readonly settleMs: number;
  /** How long the carrier lets it ring. */
  readonly ringTimeoutMs: number;
  /** The longest call the carrier is asked to hold. */
  readonly timeLimitMs: number;
  /** Grace on top of either limit before the carrier is asked what became of the call. */
  readonly silenceMs: number;
  /** Between two questions to the carrier about one call. */
  readonly recheckMs: number;
}

export const defaultCallTimings: CallTimings = {
  settleMs: 5_000,
  ringTimeoutMs: 60_000,
  timeLimitMs: 3_600_000,
  silenceMs: 60_000,
  recheckMs: 15_000,
};

/** How often a lost conversation is taken up again. */
export const maxLosses = 3;

/** Something that happened to a call. `atMs` is when it became known here. */
export type LifeEvent = { readonly atMs: number } & (
  | { readonly type: 'carrier_status'; readonly status: CarrierStatus }
  /** The carrier refused to place the call. */
  | { readonly type: 'dial_refused'; readonly message: string }
  /** A media process took the audio: a new stint, and the end of any older one. */
  | { readonly type: 'attached' }
  | { readonly type: 'detached'; readonly stint: number }
  | { readonly type: 'intent_committed'; readonly intent: CallIntent }
  | { readonly type: 'end_requested' }
  /** The media stream is over and the carrier asks how to go on. */
  | { readonly type: 'connect_ended' }
  | { readonly type: 'transfer_progress'; readonly progress: 'answered' | 'disconnected' | 'unanswered' }
  /** The carrier's answer to a question; null: it knows no such call. */
  | { readonly type: 'truth'; readonly status: CarrierStatus | null }
  | { readonly type: 'tick' }
);

/** What follows from an event. Each is carried out once. */
export type LifeEffect =
  | { readonly type: 'connected' }
  | { readonly type: 'did_not_connect'; readonly carrierStatus: string }
  /** The final state is reached. Told exactly once in a call's life. */
  | { readonly type: 'ended' }
  | { readonly type: 'hang_up' }
  | { readonly type: 'ask_carrier' }
  /** How the carrier goes on with the caller after a media stream. */
  | { readonly type: 'go_on'; readonly with: 'hang_up' | 'transfer' | 'reconnect' | 'last_words' };

export function newCallLife(direction: CallLife['direction'], atMs: number): CallLife {
  return {
    direction,
    createdAtMs: atMs,
    carrier: null,
    answeredAtMs: null,
    carrierEndedAtMs: null,
    refusal: null,
    stint: 0,
    stintOpen: false,
    connectedAtMs: null,
    stintClosedAtMs: null,
    losses: 0,
    intent: null,
    intentAtMs: null,
    endRequestedAtMs: null,
    transfer: null,
    checkedAtMs: null,
    endedAtMs: null,
    stageOutcome: null,
  };
}
