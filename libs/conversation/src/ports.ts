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
  /** The words of a segment that will not change any more. `endOfTurn`: the transcriber takes the turn for over. */
  | { readonly type: 'final'; readonly text: string; readonly endOfTurn: boolean; readonly endMs: number }
  /** Silence after the last word, told apart from any final. */
  | { readonly type: 'utterance_ended'; readonly lastWordEndMs: number };

export interface TranscriberOptions {
  /** ISO 639-1. */
  readonly language: string;
  /** Words to listen for, with their weight. */
  readonly keywords: Readonly<Record<string, number>>;
  /** Silence after which the transcriber takes the turn for over. */
  readonly endpointingMs: number;
}

export interface TranscriptionListener {
  onEvent(event: TranscriberEvent): void;
  /** Called once, when the session is lost and will not come back by itself. */
  onFailure(error: Error): void;
}

export interface Transcription {
  /** Never blocks. Up to 2 s of audio wait while the connection opens; beyond that the oldest is dropped. */
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

export interface Synthesizer {
  readonly name: string;
  /**
   * Streams the speech of `text`. Throws an `AppError` on any fault: no first byte within its deadline
   * (`SYNTHESIZER.TIMEOUT`), a stall (`SYNTHESIZER.STALLED`), 401 (`…UNAUTHENTICATED`), 429 (`…RATE_LIMITED`), 5xx and
   * network (`…UNAVAILABLE`), nothing at all (`…EMPTY`). Aborting `signal` ends it without an error.
   */
  speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Makes ready what a first request would pay for. Cheap when all is ready; never throws. */
  warm(): void;
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
