import type { ReplyRequest } from './ports';

/** Why a conversation ends the call. */
export type FinishReason = 'agent_ended' | 'idle' | 'max_duration' | 'provider_failed' | 'drained';

/** One thing that happened and belongs on the call's record. Times are epoch ms. */
export type ConversationFact =
  | {
      readonly type: 'message';
      readonly sender: 'human' | 'bot';
      /** For the agent: the words that were heard. */
      readonly text: string;
      readonly started_at_ms: number;
      readonly interrupted: boolean;
    }
  | {
      readonly type: 'action_started';
      readonly tool_call_id: string;
      /** Null where no stored action stands behind it. */
      readonly action_id: string | null;
      readonly action_type: string;
      readonly input: Record<string, unknown>;
    }
  | {
      readonly type: 'action_finished';
      readonly tool_call_id: string;
      readonly action_id: string | null;
      readonly action_type: string;
      readonly input: Record<string, unknown>;
      readonly output: Record<string, unknown>;
    }
  | {
      readonly type: 'turn_metrics';
      readonly turn: number;
      readonly model_requested_ms: number | null;
      readonly first_token_ms: number | null;
      readonly speech_requested_ms: number | null;
      readonly first_byte_ms: number | null;
      readonly first_frame_ms: number | null;
      readonly own_ms: number | null;
      /** From the end of the caller's last word to the first frame of the answer, as the transcriber places that end. */
      readonly latency_ms: number | null;
      /** From the end of the caller's last word to the end of the turn. */
      readonly end_of_turn_ms: number | null;
      /** What came of preparing ahead: used, thrown away, or not tried. */
      readonly prepared: 'hit' | 'miss' | 'none';
      /** Requests to the model for this turn, those thrown away among them; tool rounds not. */
      readonly model_calls: number;
    }
  | { readonly type: 'problem'; readonly code: string; readonly message: string };

/** Everything a conversation does. After `finish` or `release` there is no further effect. */
export type ConversationEffect =
  | { readonly type: 'open_transcriber' }
  | { readonly type: 'request_reply'; readonly replyId: number; readonly request: ReplyRequest }
  | { readonly type: 'cancel_reply'; readonly replyId: number }
  | { readonly type: 'request_speech'; readonly utteranceId: number; readonly text: string }
  /** Makes the tones of these keys (`0-9*#`, `w` = half a second of silence) as an utterance's audio. */
  | { readonly type: 'request_tones'; readonly utteranceId: number; readonly keys: string }
  /** Stops the request and forgets the utterance's audio that was not handed to the carrier. */
  | { readonly type: 'cancel_speech'; readonly utteranceId: number }
  /** Hands `bytes` of an utterance's audio, from its byte `from` on, to the carrier. May come again for the same bytes. */
  | {
      readonly type: 'send_audio';
      readonly utteranceId: number;
      readonly from: number;
      readonly bytes: number;
    }
  /** The utterance was heard to its end, or is given up: its audio is not asked for again. */
  | { readonly type: 'forget_audio'; readonly utteranceId: number }
  /** `last`: no more audio of this utterance follows, so a broken frame is to be filled up. */
  | { readonly type: 'send_mark'; readonly name: string; readonly last: boolean }
  /** Drops all audio that was handed over and not played, here and at the carrier. */
  | { readonly type: 'clear_audio' }
  | { readonly type: 'check_transfer'; readonly runId: number; readonly phoneNumber: string }
  | {
      readonly type: 'transfer';
      readonly runId: number;
      readonly actionId: string;
      readonly phoneNumber: string;
    }
  /** Asks the customer's world. */
  | {
      readonly type: 'run_action';
      readonly runId: number;
      readonly toolCallId: string;
      readonly actionId: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'look_up'; readonly lookupId: number; readonly words: string }
  /** Has the model sum up the beginning of a long call. */
  | { readonly type: 'request_summary'; readonly summaryId: number; readonly request: ReplyRequest }
  | { readonly type: 'tell'; readonly fact: ConversationFact }
  /** Replaces the earlier one: a `tick` is due at this time. */
  | { readonly type: 'wake_at'; readonly atMs: number }
  /**
   * Has the call ended, and only then lets go of the stream. `lastWords`: what the carrier is to say in a voice of its
   * own before that, because the agent's gives none.
   */
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly errorMessage: string | null;
      readonly lastWords: string | null;
    }
  /** Lets go of the stream; the call itself is someone else's. */
  | { readonly type: 'release'; readonly reason: string };
