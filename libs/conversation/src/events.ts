import type { ActionAnswer, Passage, ReplyEvent, SpokenWord, ToolCall, TranscriberEvent } from './ports';

type FinishedReply = Extract<ReplyEvent, { type: 'finished' }>;

/** A provider's fault, as its adapter named it. */
export interface Fault {
  /** E.g. `MODEL.TIMEOUT`. */
  readonly code: string;
  readonly message: string;
  /** False when the same request would fail again. */
  readonly retryable: boolean;
}

/**
 * Everything a conversation hears. Ids are those of the effect that asked for it; an event about something that was
 * cancelled, or was never asked for, changes nothing.
 */
export type ConversationEvent =
  /** The carrier's stream is open in both directions. */
  | { readonly type: 'started' }
  | TranscriberEvent
  /**
   * The first audio of a transcription session was sent, `audioMs` of it: the zero of the session's times lies so far
   * back. A frame counts from its beginning, so that the end of a word is when the frame with it arrived. Comes again
   * where later audio tells better.
   */
  | { readonly type: 'listening_began'; readonly audioMs: number }
  | { readonly type: 'transcriber_failed'; readonly fault: Fault }
  /** Something that an operator should find on the call, e.g. that another provider has taken over. */
  | { readonly type: 'problem_noticed'; readonly code: string; readonly message: string }
  /** The caller pressed a key: one of `0-9*#A-D`. */
  | { readonly type: 'key_pressed'; readonly key: string }
  /** The request has left. Taken for the turn's times only. */
  | { readonly type: 'reply_requested'; readonly replyId: number }
  | { readonly type: 'reply_text'; readonly replyId: number; readonly text: string }
  | { readonly type: 'reply_tool_call'; readonly replyId: number; readonly call: ToolCall }
  | { readonly type: 'reply_finished'; readonly replyId: number; readonly reason: FinishedReply['reason'] }
  | { readonly type: 'reply_failed'; readonly replyId: number; readonly fault: Fault }
  /** The request has left. Taken for the turn's times only. */
  | { readonly type: 'speech_requested'; readonly utteranceId: number }
  /** So many bytes of µ-law arrived (8 bytes a ms); they wait for `send_audio`. */
  | { readonly type: 'speech_audio'; readonly utteranceId: number; readonly bytes: number }
  /** When words of an utterance are spoken, by the vendor. */
  | { readonly type: 'speech_words'; readonly utteranceId: number; readonly words: readonly SpokenWord[] }
  | { readonly type: 'speech_finished'; readonly utteranceId: number }
  | { readonly type: 'speech_failed'; readonly utteranceId: number; readonly fault: Fault }
  /** The first frame of an utterance is on the carrier's socket. */
  | { readonly type: 'playout_began'; readonly utteranceId: number }
  /** All audio before that mark was played, or was cleared. */
  | { readonly type: 'mark'; readonly name: string }
  /** Refusal: why the number may not be dialled; null when it may. */
  | { readonly type: 'transfer_checked'; readonly runId: number; readonly refusal: string | null }
  /** Refusal: why the transfer was not committed; null when it was, and the stream is to be let go. */
  | { readonly type: 'transfer_answered'; readonly runId: number; readonly refusal: string | null }
  | { readonly type: 'action_answered'; readonly runId: number; readonly answer: ActionAnswer }
  /** Empty when nothing fits, or nobody answered. */
  | { readonly type: 'looked_up'; readonly lookupId: number; readonly passages: readonly Passage[] }
  /** Null: there is none, and the conversation goes on without. */
  | { readonly type: 'summary_ready'; readonly summaryId: number; readonly text: string | null }
  /** The time asked for by `wake_at` has come. Early and needless ones do no harm. */
  | { readonly type: 'tick' }
  /** The process must stop: the call is handed back at once. */
  | { readonly type: 'drain' }
  /** The stream is gone, or someone else ended the call. */
  | { readonly type: 'detached'; readonly reason: string };
