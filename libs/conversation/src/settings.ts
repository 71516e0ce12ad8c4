import type { EndpointingSensitivity } from './ports';

/** What the agent may do in this call beside talking, as the call's snapshot has it. */
export type ConversationAction =
  | {
      readonly type: 'action_end_conversation';
      readonly id: string;
      readonly trigger: ActionTrigger;
    }
  | { readonly type: 'action_dtmf'; readonly id: string; readonly trigger: ActionTrigger }
  | {
      readonly type: 'action_transfer_call';
      readonly id: string;
      readonly trigger: ActionTrigger;
      /** As the customer wrote it; the guards parse it. */
      readonly phoneNumber: string;
    }
  | {
      readonly type: 'action_external';
      readonly id: string;
      readonly trigger: ActionTrigger;
      /** As the customer named it; the model's tool gets a name made of it. */
      readonly name: string;
      readonly description: string;
      /** JSON Schema of the input, an object. */
      readonly inputSchema: Readonly<Record<string, unknown>>;
      readonly speakOnSend: boolean;
      readonly speakOnReceive: boolean;
    };

/** Something that the agent is to find out from the caller, and to read back. */
export interface CollectedField {
  readonly type: 'email';
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
}

/** Who starts an action: the model by a tool call, or a phrase in what the agent was heard to say. */
export type ActionTrigger =
  { readonly by: 'model' } | { readonly by: 'phrase'; readonly phrases: readonly string[] };

/** One earlier message or action of a call that is taken up again. */
export type PastEntry =
  | { readonly kind: 'human'; readonly text: string }
  | { readonly kind: 'bot'; readonly text: string; readonly interrupted: boolean }
  | {
      readonly kind: 'action';
      readonly toolCallId: string;
      readonly type: string;
      readonly input: Readonly<Record<string, unknown>>;
      /** Null when its outcome is not known. */
      readonly output: Readonly<Record<string, unknown>> | null;
    };

/** Everything a conversation is told before it starts. It never changes after that. */
export interface ConversationSettings {
  /** ISO 639-1; chooses the fixed sentences and the lists of back-channels. */
  readonly language: string;
  /** Who the agent is and what it should do. */
  readonly prompt: string;
  readonly initialMessage: string | null;
  /** Silence before the initial message. */
  readonly initialMessageDelayMs: number;
  /** `high`: any sound of the caller stops the agent, and words take the turn. `low`: words do, but no back-channels. */
  readonly interruptSensitivity: 'low' | 'high';
  readonly temperature: number;
  /** Null takes the deployment's model. */
  readonly model: string | null;
  readonly actions: readonly ConversationAction[];
  readonly collectFields: readonly CollectedField[];
  /** Whether the caller's words are looked up before they are answered. */
  readonly hasKnowledge: boolean;
  readonly endpointingSensitivity: EndpointingSensitivity;
  /** 0.5…2: waits for the caller are divided by it. */
  readonly conversationSpeed: number;
  /** What is made ready before the turn is known to be over: nothing, the model's reply, or also its first speech. */
  readonly prepareAhead: 'off' | 'reply' | 'speech';
  /** Silence after a turn that is bridged with a short word; null: none is. */
  readonly fillerAfterMs: number | null;
  /** True where silence is an answer, as in an automatic menu. */
  readonly maySayNothing: boolean;
  /** What the model is given of a call at most, in characters; what is older is summed up. */
  readonly maxHistoryChars: number;
  /** Without a word from either side for so long, the call ends. */
  readonly idleMs: number;
  /** After half of that silence, or `checkInMs` if that is less, ask once whether someone is there. */
  readonly askIfPresentOnIdle: boolean;
  /** How long this conversation may still last. */
  readonly maxDurationMs: number;
  /** True when another process held this call before: the agent asks to go on, in place of the initial message. */
  readonly resumed: boolean;
  readonly history: readonly PastEntry[];
  readonly timing: ConversationTiming;
}

/** The fixed waits of a conversation, in ms. */
export interface ConversationTiming {
  /** A caller whose words stand for so long without any sign of an end has ended the turn. */
  readonly lostEndOfTurnMs: number;
  /** A turn that is told to be over is held so long at most, when its words are plainly unfinished. */
  readonly holdUnfinishedMs: number;
  /** Words that stand unchanged for so long may be prepared for. */
  readonly standingMs: number;
  /** The words of a turn that is over may still be on their way for so long. */
  readonly lateFinalMs: number;
  /** After the last key pressed, until the keys count as a turn. */
  readonly keyPauseMs: number;
  /** Silence until the agent asks whether someone is there. */
  readonly checkInMs: number;
  /** From a request to the model to its first sign of life. */
  readonly modelFirstTokenMs: number;
  /** Between two signs of life of one reply. */
  readonly modelStallMs: number;
  /** From a request for speech to its first audio. */
  readonly speechFirstAudioMs: number;
  /** Between two pieces of one utterance's audio. */
  readonly speechStallMs: number;
  /** A request to the model waits so long for what is looked up for it. */
  readonly lookupWaitMs: number;
  /** Since the end of the turn: a failed request is repeated only before this. */
  readonly retryUntilMs: number;
  /** Since the end of the turn: without a token by then the agent apologises, so as to be heard within 4 s. */
  readonly giveUpMs: number;
  /** Since the end of the turn: speech of which nothing came by then is left to the carrier's voice. */
  readonly voiceGiveUpMs: number;
  /** A sound of the caller's that no words follow within this was none: the agent goes on. */
  readonly falseAlarmMs: number;
  /** A mark later than this after its audio was due to have played is taken for lost. */
  readonly lostMarkMs: number;
  /** The last words of a call must have played by then; the call ends anyway. */
  readonly lastWordsMs: number;
}

/** The waits that a call runs with. */
export const defaultTiming: ConversationTiming = {
  lostEndOfTurnMs: 3_000,
  holdUnfinishedMs: 1_000,
  standingMs: 250,
  lateFinalMs: 500,
  keyPauseMs: 1_200,
  checkInMs: 15_000,
  modelFirstTokenMs: 1_800,
  modelStallMs: 2_500,
  speechFirstAudioMs: 1_200,
  speechStallMs: 2_000,
  lookupWaitMs: 500,
  retryUntilMs: 2_000,
  giveUpMs: 3_000,
  voiceGiveUpMs: 3_700,
  falseAlarmMs: 1_000,
  lostMarkMs: 1_000,
  lastWordsMs: 12_000,
};
