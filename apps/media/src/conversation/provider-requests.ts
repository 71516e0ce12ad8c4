import type {
  ConversationEvent,
  Fault,
  LanguageModel,
  ReplyRequest,
  Synthesizer,
  VoiceSettings,
} from '@parley/conversation';
import { AppError } from '@parley/kernel';
import { HeldAudio } from './held-audio';

/** An error of a provider, as the conversation hears of it. */
export function faultOf(error: unknown): Fault {
  const { code, message, retryable } = AppError.from(error);
  return { code, message, retryable };
}

/** The requests to the model and the voice that run for one call. Each can be stopped; none outlives `close`. */
export class ProviderRequests {
  private readonly running = new Map<string, AbortController>();
  private readonly audio = new HeldAudio();

  constructor(
    private readonly model: LanguageModel,
    private readonly synthesizer: Synthesizer,
    private readonly voice: VoiceSettings,
    private readonly hear: (event: ConversationEvent) => void,
  ) {}

  requestReply(replyId: number, request: ReplyRequest): void {
    const signal = this.begin(`reply ${replyId}`);
    void this.streamReply(replyId, request, signal);
    this.hear({ type: 'reply_requested', replyId });
  }

  cancelReply(replyId: number): void {
    this.end(`reply ${replyId}`);
  }

  requestSpeech(utteranceId: number, text: string): void {
    const signal = this.begin(`speech ${utteranceId}`);
    this.audio.begin(utteranceId);
    void this.streamSpeech(utteranceId, text, signal);
    this.hear({ type: 'speech_requested', utteranceId });
  }

  /** Audio that is made here, e.g. of tones. */
  giveAudio(utteranceId: number, mulaw: Uint8Array): void {
    this.audio.begin(utteranceId);
    this.audio.add(utteranceId, mulaw);
    this.hear({ type: 'speech_audio', utteranceId, bytes: mulaw.length });
    this.hear({ type: 'speech_finished', utteranceId });
  }

  cancelSpeech(utteranceId: number): void {
    this.end(`speech ${utteranceId}`);
    this.audio.forget(utteranceId);
  }

  /** Its audio is not asked for again. */
  forgetAudio(utteranceId: number): void {
    this.audio.forget(utteranceId);
  }

  /** Gives a stretch of an utterance's audio, which may have been given before, piece by piece. */
  takeAudio(utteranceId: number, from: number, bytes: number, each: (mulaw: Uint8Array) => void): void {
    this.audio.take(utteranceId, from, bytes, each);
  }

  /** Bytes of audio that are held for this call. */
  get heldBytes(): number {
    return this.audio.bytes;
  }

  get size(): number {
    return this.running.size;
  }

  close(): void {
    for (const name of [...this.running.keys()]) this.end(name);
    this.audio.clear();
  }

  private begin(name: string): AbortSignal {
    this.end(name);
    const abort = new AbortController();
    this.running.set(name, abort);
    return abort.signal;
  }

  private end(name: string): void {
    this.running.get(name)?.abort();
    this.running.delete(name);
  }

  private done(name: string, signal: AbortSignal): boolean {
    if (signal.aborted) return false;
    this.running.delete(name);
    return true;
  }

  private async streamReply(replyId: number, request: ReplyRequest, signal: AbortSignal): Promise<void> {
    const name = `reply ${replyId}`;
    try {
      for await (const event of this.model.reply(request, signal)) {
        if (signal.aborted) return;
        if (event.type === 'text') this.hear({ type: 'reply_text', replyId, text: event.text });
        else if (event.type === 'tool_call')
          this.hear({ type: 'reply_tool_call', replyId, call: event.call });
        else if (this.done(name, signal))
          this.hear({ type: 'reply_finished', replyId, reason: event.reason });
      }
      if (this.running.get(name)?.signal === signal && this.done(name, signal)) {
        const message = 'The reply ended without saying so.';
        this.hear({
          type: 'reply_failed',
          replyId,
          fault: { code: 'MODEL.INCOMPLETE', message, retryable: true },
        });
      }
    } catch (error) {
      if (this.done(name, signal)) this.hear({ type: 'reply_failed', replyId, fault: faultOf(error) });
    }
  }

  private async streamSpeech(utteranceId: number, text: string, signal: AbortSignal): Promise<void> {
    const name = `speech ${utteranceId}`;
    try {
      for await (const piece of this.synthesizer.speak(text, this.voice, signal)) {
        if (signal.aborted) return;
        if (piece.type === 'words') {
          this.hear({ type: 'speech_words', utteranceId, words: piece.words });
          continue;
        }
        if (piece.mulaw.length === 0) continue;
        if (!this.audio.add(utteranceId, piece.mulaw)) {
          throw new AppError('unavailable', 'SYNTHESIZER.ENDLESS', 'The voice did not come to an end.');
        }
        this.hear({ type: 'speech_audio', utteranceId, bytes: piece.mulaw.length });
      }
      if (this.done(name, signal)) this.hear({ type: 'speech_finished', utteranceId });
    } catch (error) {
      if (this.done(name, signal)) this.hear({ type: 'speech_failed', utteranceId, fault: faultOf(error) });
    }
  }
}
