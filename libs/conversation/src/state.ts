import type { FinishReason } from './effects';
import type { HistoryEntry } from './replying/history';
import { historyFromPast } from './replying/history';
import type { Lookup } from './replying/knowledge';
import type { Pace } from './hearing/pace';
import { usualPace } from './hearing/pace';
import type { Playout } from './speaking/playout';
import { silentPlayout } from './speaking/playout';
import type { SpokenWord, ToolCall } from './ports';
import type { CollectedValue } from './acting/collecting';
import type { ConversationSettings } from './settings';
import type { SpokenForm } from './speaking/spoken';
import type { AwaitedSummary } from './replying/summary';
import type { CallableAction } from './acting/tool-arguments';

/** Where a conversation stands as a whole. */
export type Phase =
  | { readonly is: 'new' }
  /** The silence before the initial message. */
  | { readonly is: 'opening'; readonly greetAtMs: number }
  | { readonly is: 'talking' }
  /** The last words are being said; nothing interrupts them. */
  | {
      readonly is: 'closing';
      readonly reason: FinishReason;
      readonly errorMessage: string | null;
      readonly sentence: string;
      /** The agent's voice is dead: the carrier says the sentence, once the agent's last audio was heard. */
      readonly byCarrier: boolean;
      readonly deadlineMs: number;
    }
  | { readonly is: 'over' };

/** What the caller has said and has not been answered. */
export interface Hearing {
  /** Final words of the running turn. */
  readonly words: string;
  /** Words that may still change. */
  readonly interim: string;
  /** An interim that was taken for final because nothing more came; its final may yet come. */
  readonly promoted: { readonly text: string; readonly atMs: number } | null;
  readonly keys: string;
  readonly keysDueMs: number | null;
  /** When the running turn's first word, or sound, came. */
  readonly startedAtMs: number | null;
  readonly lastWordsAtMs: number | null;
  /** When the last word ended, by the transcriber's times; null: not known. */
  readonly stoppedAtMs: number | null;
  /** When the turn counts as over if no more words come; null: nothing has hinted at its end. */
  readonly dueAtMs: number | null;
  /** When words that have not changed since are looked at, to prepare for the turn's end; null: they are not. */
  readonly standsAtMs: number | null;
  /** The turn may be over: its answer may be prepared. */
  readonly looksOver: boolean;
  /** Answers that were prepared for this turn, those thrown away among them. */
  readonly preparations: number;
  /** Requests to the model for this turn that came to nothing so far. */
  readonly modelCalls: number;
  /** Words said over the agent that did not interrupt it; already on record. */
  readonly aside: { readonly text: string; readonly atMs: number } | null;
  /** Words in the history that the agent was about to answer when the caller went on. */
  readonly owed: boolean;
  /** The agent has stopped for words of this turn. */
  readonly stoppedAgent: boolean;
  /** The turn is over, but an action that cannot be interrupted runs. */
  readonly held: boolean;
}

/** One request for speech, and the audio that came of it. Positions are on the playout's axis. */
export interface Utterance {
  readonly id: number;
  readonly partId: number;
  /** `weight`: how long its words are to be spoken, in units. */
  readonly content:
    | ({ readonly kind: 'words'; readonly weight: number } & SpokenForm)
    | { readonly kind: 'tones'; readonly keys: string };
  readonly synthesis: 'queued' | 'requested' | 'complete';
  readonly attempt: number;
  readonly deadlineMs: number | null;
  /** The caller waits in silence for this, and must hear something, of whomever, soon after; null: no such wait. */
  readonly neededByMs: number | null;
  /** Audio that arrived before its turn to be sent. */
  readonly heldBytes: number;
  /** Where on the axis its first audio is, or would be if what is played now had been played without a pause. */
  readonly startMs: number | null;
  readonly sentMs: number;
  /** When its words sound, as far as the vendor has told it. */
  readonly words: readonly SpokenWord[];
  /** True when its synthesis broke off: less audio than text. */
  readonly truncated: boolean;
}

export type PartKind = 'greeting' | 'reply' | 'filler' | 'check_in' | 'last_words' | 'tones';

/** One stretch of the agent's speech: it is told as one message, once it was heard or cut. */
export interface SpeechPart {
  readonly id: number;
  readonly kind: PartKind;
  readonly entryId: number | null;
  /** More text may come. */
  readonly open: boolean;
  readonly heard: string;
  readonly startedAtMs: number | null;
  /**
   * Made ready ahead of the turn's end: nothing of it goes to the carrier. `speech`: its first utterance may be asked
   * for; `text`: not even that. Null: it is said.
   */
  readonly held: 'speech' | 'text' | null;
}

export interface Speech {
  /** Oldest first. */
  readonly parts: readonly SpeechPart[];
  /** Those not yet heard to their end, in the order in which they are played. */
  readonly utterances: readonly Utterance[];
  readonly playout: Playout;
  /** The caller made a sound over the agent, who waits for what comes of it. */
  readonly paused: Pause | null;
  /** Sounds that the agent stopped for and no words followed, less the times that words did interrupt it. */
  readonly falseAlarms: number;
  /** The pace of the agent's voice, as measured; null: not yet. */
  readonly msPerUnit: number | null;
  /** Of which turn the last filler was, how many it had by then, and which phrase it was; -1: there was none. */
  readonly fillers: { readonly turn: number; readonly said: number; readonly index: number };
}

/** Where the agent stopped. */
export interface Pause {
  readonly sinceMs: number;
  /** The utterance that was heard in part, and how much of it; null: none was. */
  readonly utteranceId: number | null;
  readonly heardMs: number;
}

/** An action under way. */
export interface ActionRun {
  readonly runId: number;
  readonly toolCallId: string;
  /** Null: a phrase started it, so the model waits for no answer. */
  readonly call: ToolCall | null;
  readonly action: CallableAction;
  readonly input: Record<string, unknown>;
  readonly stage: 'checking' | 'awaiting_silence' | 'pressing' | 'transferring' | 'asking';
  /** When an answer that is waited for counts as a refusal. */
  readonly deadlineMs: number | null;
}

/** What is known of the transcriber, and of how the caller speaks. */
export interface Ear {
  /** The zero of the transcriber's times, epoch ms; null: not known. */
  readonly beganAtMs: number | null;
  /** It tells by itself when a turn looks over. */
  readonly tellsEagerEnds: boolean;
  readonly lastFinal: { readonly text: string; readonly endMs: number } | null;
  readonly pace: Pace;
}

/** A reply that is made ready before the turn is known to be over. Nothing of it has an effect until it is. */
export interface Ahead {
  /** The caller's words that it answers, normalised. */
  readonly words: string;
  readonly reply: Extract<Activity, { is: 'replying' }>;
  /** The model has said all of it. */
  readonly isComplete: boolean;
  readonly times: TurnTimes;
}

/** What the agent is at. */
export type Activity =
  | { readonly is: 'listening' }
  /** A reply streams from the model. */
  | {
      readonly is: 'replying';
      readonly replyId: number;
      readonly round: number;
      readonly attempt: number;
      /** Since when the caller waits. */
      readonly sinceMs: number;
      /** Null: nothing more is waited for. */
      readonly deadlineMs: number | null;
      readonly entryId: number;
      readonly partId: number | null;
      /** Text that has been cut into utterances. */
      readonly text: string;
      /** Text that has not been cut into an utterance. */
      readonly pending: string;
      readonly utterances: number;
      readonly calls: readonly ToolCall[];
      readonly gotAnything: boolean;
    }
  /** Tool calls of a reply, or an action that a phrase started, are carried out one after the other. */
  | {
      readonly is: 'acting';
      /** Who started it: the model gets answers and the next word; a phrase gets neither. */
      readonly by: 'model' | 'phrase';
      readonly round: number;
      readonly sinceMs: number;
      readonly current: ActionRun | null;
      readonly waiting: readonly ToolCall[];
      /** The caller spoke: what waits is not begun any more. */
      readonly stopped: boolean;
      /** Something was done that the model has to speak about. */
      readonly asksModel: boolean;
      /** What is to be said word for word once all is done. */
      readonly messages: readonly string[];
    };

/** The times of the running turn, epoch ms. */
export interface TurnTimes {
  readonly turn: number;
  readonly endedAtMs: number;
  /** When the caller's last word ended; null: not known. */
  readonly stoppedAtMs: number | null;
  /** When it was decided to ask the model. */
  readonly askedAtMs: number;
  readonly prepared: 'hit' | 'miss' | 'none';
  readonly preparations: number;
  readonly modelCalls: number;
  readonly replyId: number | null;
  readonly utteranceId: number | null;
  readonly modelRequestedMs: number | null;
  readonly firstTokenMs: number | null;
  readonly clauseReadyMs: number | null;
  readonly speechRequestedMs: number | null;
  readonly firstByteMs: number | null;
}

/** A whole conversation, as a value. */
export interface ConversationState {
  readonly settings: ConversationSettings;
  readonly phase: Phase;
  readonly startedAtMs: number;
  readonly history: readonly HistoryEntry[];
  readonly ear: Ear;
  readonly hearing: Hearing;
  readonly activity: Activity;
  /** Only while the agent listens and is silent. */
  readonly ahead: Ahead | null;
  readonly speech: Speech;
  readonly times: TurnTimes | null;
  readonly turns: number;
  /** When the last word of either side was said. */
  readonly lastWordAtMs: number;
  /** The fields that were found out, or are being read back. */
  readonly collected: readonly CollectedValue[];
  readonly lookup: Lookup | null;
  readonly awaitedSummary: AwaitedSummary | null;
  readonly checkedInAtMs: number | null;
  readonly transcriberFailedAtMs: number | null;
  readonly nextId: number;
  readonly wakeAtMs: number | null;
}

export const nothingHeard: Hearing = {
  words: '',
  interim: '',
  promoted: null,
  keys: '',
  keysDueMs: null,
  startedAtMs: null,
  lastWordsAtMs: null,
  stoppedAtMs: null,
  dueAtMs: null,
  standsAtMs: null,
  looksOver: false,
  preparations: 0,
  modelCalls: 0,
  aside: null,
  owed: false,
  stoppedAgent: false,
  held: false,
};

/** A conversation that has not started. */
export function newConversation(settings: ConversationSettings): ConversationState {
  return {
    settings,
    phase: { is: 'new' },
    startedAtMs: 0,
    history: historyFromPast(settings.history),
    ear: { beganAtMs: null, tellsEagerEnds: false, lastFinal: null, pace: usualPace },
    hearing: nothingHeard,
    activity: { is: 'listening' },
    ahead: null,
    speech: {
      parts: [],
      utterances: [],
      playout: silentPlayout,
      paused: null,
      falseAlarms: 0,
      msPerUnit: null,
      fillers: { turn: 0, said: 0, index: -1 },
    },
    times: null,
    turns: 0,
    lastWordAtMs: 0,
    collected: [],
    lookup: null,
    awaitedSummary: null,
    checkedInAtMs: null,
    transcriberFailedAtMs: null,
    nextId: 1,
    wakeAtMs: null,
  };
}
