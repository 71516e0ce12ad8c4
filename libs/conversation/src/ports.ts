/**
 * What a conversation needs of the world. Adapters implement these; nothing of a vendor's shows through.
 * Audio is always G.711 µ-law, mono, 8 kHz, without header; pieces may have any length.
 * Every failure is an `AppError` whose code begins with the port's name (`TRANSCRIBER.`, `MODEL.`, `SYNTHESIZER.`).
 */

/** What a transcriber heard. Times are ms since the first audio that it was sent. */
export type TranscriberEvent =
  /** Someone began to make sound; words may or may not follow. */
  | { readonly type: 'speech_started'; readonly atMs: number }
  /** The words of the running segment so far; each interim replaces the one before. */
  | { readonly type: 'interim'; readonly text: string }
  /**
   * The words of a segment that will not change any more. `endOfTurn`: whether the transcriber takes the turn for over;
   * null: it cannot tell, and the conversation judges by the words and the time since them.
   */
  | {
      readonly type: 'final';
      readonly text: string;
      readonly endOfTurn: boolean | null;
      /** Where the last word ended. */
      readonly endMs: number;
    }
  /** The turn looks over, and may yet not be. `text`: all words since the last final. */
  | { readonly type: 'eager_end_of_turn'; readonly text: string }
  /** After an `eager_end_of_turn`: the caller goes on. */
  | { readonly type: 'turn_resumed' }
  /** Silence after the last word, told apart from any final. */
  | { readonly type: 'utterance_ended'; readonly lastWordEndMs: number };

export type EndpointingSensitivity = 'sensitive' | 'auto' | 'relaxed';

export interface TranscriberOptions {
  /** ISO 639-1. */
  readonly language: string;
  /** Words to listen for, with their weight. */
  readonly keywords: Readonly<Record<string, number>>;
  /** Silence after which the transcriber takes the turn for over, where it goes by silence. */
  readonly endpointingMs: number;
  /** How readily it takes the turn for over, where it goes by the words. */
  readonly sensitivity: EndpointingSensitivity;
  /** Whether an `eager_end_of_turn` is of use; without one a transcriber may cost less. */
  readonly tellsEagerEnds: boolean;
}

export interface TranscriptionListener {
  onEvent(event: TranscriberEvent): void;
  /** Called once, when the session is lost and will not come back by itself. */
  onFailure(error: Error): void;
}

export interface Transcription {
  /** Never blocks. Up to 4 s of audio wait while the connection opens; beyond that the oldest is dropped. */
  send(mulaw: Uint8Array): void;
  /** Lets the transcriber finish, then closes. Resolves when nothing is left open; at most 2 s. */
  close(): Promise<void>;
}

export interface Transcriber {
  readonly name: string;
  /** Opens a session at once and without waiting; a failure to open is told to the listener. */
  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription;
}

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

/** A tool call of the model. `arguments` is the text that the model wrote: JSON at best, never trusted. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ReplyRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly Tool[];
  readonly temperature: number;
  readonly model: string | null;
}

export type ReplyEvent =
  /** Empty: the model is at work, and has no word to give, e.g. while it writes a call's arguments. */
  | { readonly type: 'text'; readonly text: string }
  /** Whole, once its arguments are complete. */
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  /** The reply is complete. A stream that ends without saying so is a failure, not this. */
  | { readonly type: 'finished'; readonly reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' };

export interface LanguageModel {
  readonly name: string;
  /**
   * Streams one reply. Ends after `finished`; throws an `AppError` on any fault: no first token within its deadline
   * (`MODEL.TIMEOUT`), a stall between tokens (`MODEL.STALLED`), a cut stream (`MODEL.INCOMPLETE`), 401
   * (`MODEL.UNAUTHENTICATED`), 429 (`MODEL.RATE_LIMITED`), 5xx and network (`MODEL.UNAVAILABLE`). Aborting `signal`
   * ends the iteration without an error and stops the request.
   */
  reply(request: ReplyRequest, signal: AbortSignal): AsyncIterable<ReplyEvent>;
  /** Makes ready what a first request would pay for. Cheap when all is ready; never throws. */
  warm(): void;
}

/** The agent's voice as the call's snapshot has it, opened: the secret is clear here and only here. */
export interface VoiceSettings {
  readonly provider: string;
  /** The vendor's id of the voice; null takes the deployment's own. */
  readonly voiceId: string | null;
  readonly model: string | null;
  /** The customer's own key with the vendor; null takes the deployment's. */
  readonly apiKey: string | null;
  /** Vendor's dials by their public names, e.g. `stability`. */
  readonly dials: Readonly<Record<string, number | string | boolean>>;
  readonly language: string;
}

/** A word, and when it is spoken, in ms from the beginning of its utterance's audio. */
export interface SpokenWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What a voice gives: audio, and where the vendor tells it the times of the words, each word once and in order. */
export type SpeechPiece =
  | { readonly type: 'audio'; readonly mulaw: Uint8Array }
  | { readonly type: 'words'; readonly words: readonly SpokenWord[] };

export interface Synthesizer {
  readonly name: string;
  /**
   * Streams the speech of `text`. Throws an `AppError` on any fault: no first byte within its deadline
   * (`SYNTHESIZER.TIMEOUT`), a stall (`SYNTHESIZER.STALLED`), 401 (`…UNAUTHENTICATED`), 429 (`…RATE_LIMITED`), 5xx and
   * network (`…UNAVAILABLE`), nothing at all (`…EMPTY`). Aborting `signal` ends it without an error.
   */
  speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncIterable<SpeechPiece>;
  /** Makes ready what a first request would pay for, with this voice if one is named. Cheap when all is ready; never throws. */
  warm(voice?: VoiceSettings): void;
}

/** What came of an action that runs outside. */
export interface ActionAnswer {
  readonly success: boolean;
  /** For the model: the customer's answer, or why there is none. */
  readonly result: Readonly<Record<string, unknown>>;
  /** To be spoken word for word, in place of asking the model; null: the model is asked. */
  readonly agentMessage: string | null;
}

/** A passage that a look-up found. */
export interface Passage {
  readonly text: string;
  /** Where it is from, in the customer's words; null when not known. */
  readonly source: string | null;
  /** 0…1, 1 the best. */
  readonly score: number;
}

/** What the customer's world is asked in a call. A repeat with the same ids never runs an effect twice. */
export interface Integrations {
  /** Never rejects for what the customer's side does: that is an answer without success. @throws AppError when nobody answers. */
  runAction(
    run: {
      readonly toolCallId: string;
      readonly actionId: string;
      readonly input: Readonly<Record<string, unknown>>;
    },
    signal: AbortSignal,
  ): Promise<ActionAnswer>;
  /** The passages that fit the caller's words best, best first. @throws AppError */
  lookUp(words: string, signal: AbortSignal): Promise<readonly Passage[]>;
}

/** The carrier's media socket of one leg. */
export interface CarrierStream {
  /** Queues audio behind what is queued already; the carrier plays it in real time. Whole 20 ms frames. */
  sendAudio(mulaw: Uint8Array): void;
  /** Comes back through `onMark` when all audio before it was played, or was cleared. */
  sendMark(name: string): void;
  /** Drops all that was not played yet. Marks before it come back at once. */
  clear(): void;
  /** Ends the stream from our side. */
  close(): void;
}
