import type {
  ConversationEvent,
  Fault,
  LanguageModel,
  ReplyRequest,
  Synthesizer,
  VoiceSettings,
} from '@parley/conversation';
import { AppError } from '@parley/kernel';

/** An error of a provider, as the conversation hears of it. */
export function faultOf(error: unknown): Fault {
  const { code, message, retryable } = AppError.from(error);
  return { code, message, retryable };
}

/** The requests to the model and the voice that run for one call. Each can be stopped; none outlives `close`. */
export class ProviderRequests {
  private readonly running = new Map<string, AbortController>();
  private readonly audio = new Map<number, Uint8Array[]>();

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
    this.audio.set(utteranceId, []);
    void this.streamSpeech(utteranceId, text, signal);
    this.hear({ type: 'speech_requested', utteranceId });
  }

  /** Audio that is made here, e.g. of tones. */
  giveAudio(utteranceId: number, mulaw: Uint8Array): void {
    this.audio.set(utteranceId, [mulaw]);
    this.hear({ type: 'speech_audio', utteranceId, bytes: mulaw.length });
    this.hear({ type: 'speech_finished', utteranceId });
  }

  cancelSpeech(utteranceId: number): void {
    this.end(`speech ${utteranceId}`);
    this.audio.delete(utteranceId);
  }

  /** Takes the next `bytes` of an utterance's audio, in the pieces in which they came. */
  takeAudio(utteranceId: number, bytes: number): Uint8Array[] {
    const held = this.audio.get(utteranceId) ?? [];
    const taken: Uint8Array[] = [];
    let takenBytes = 0;
    while (held[0] && takenBytes + held[0].length <= bytes) {
      takenBytes += held[0].length;
      taken.push(held[0]);
      held.shift();
    }
    if (held.length === 0 && !this.running.has(`speech ${utteranceId}`)) this.audio.delete(utteranceId);
    return taken;
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
        this.audio.get(utteranceId)?.push(piece.mulaw);
        this.hear({ type: 'speech_audio', utteranceId, bytes: piece.mulaw.length });
      }
      if (!this.done(name, signal)) return;
      this.hear({ type: 'speech_finished', utteranceId });
      if (this.audio.get(utteranceId)?.length === 0) this.audio.delete(utteranceId);
    } catch (error) {
      if (this.done(name, signal)) this.hear({ type: 'speech_failed', utteranceId, fault: faultOf(error) });
    }
  }
}
