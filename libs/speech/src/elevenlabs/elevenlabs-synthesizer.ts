import type { SpeechPiece, VoiceSettings } from '@parley/conversation';
import { HttpSynthesizer } from '../synthesis/http-synthesizer';
import { ownVoice } from '../synthesis/own-voice';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { ContextSynthesizer } from './context-synthesizer';
import { reasonOf, statusOf } from './elevenlabs-errors';
import { speechRequest } from './speech-request';

export interface ElevenLabsOptions extends SynthesizerOptions {
  /** The voice of agents that name none. */
  readonly voiceId: string;
  readonly modelId?: string;
}

/** Models that ElevenLabs speaks over HTTP alone. */
const WITHOUT_SOCKET = /^eleven_v3/;

/**
 * Speech by ElevenLabs, as µ-law of its own: over HTTP, or over a socket with the times of the words for a voice whose
 * dial `experimental_input_streaming` is set. Other dials: `stability`, `similarity_boost`, `style`, `speed`,
 * `use_speaker_boost`; over HTTP also `optimize_streaming_latency`.
 */
export class ElevenLabsSynthesizer extends HttpSynthesizer {
  private readonly contexts: ContextSynthesizer;
  private readonly modelId: string;

  constructor(options: ElevenLabsOptions) {
    const { apiKey, voiceId, modelId = 'eleven_flash_v2_5' } = options;
    const defaults = { apiKey, voiceId, modelId };
    const baseUrl = options.baseUrl ?? 'https://api.elevenlabs.io';
    super(
      {
        provider: 'eleven_labs',
        name: 'ElevenLabs',
        baseUrl,
        request: (text, voice) => speechRequest(text, voice, defaults),
        reasonOf,
        statusOf,
      },
      options,
    );
    this.modelId = modelId;
    this.contexts = new ContextSynthesizer({ ...options, baseUrl }, defaults);
  }

  override speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    const own = ownVoice(voice, this.name);
    return this.isBySocket(own) ? this.contexts.speak(text, own, signal) : super.speak(text, own, signal);
  }

  override warm(voice?: VoiceSettings): void {
    const own = voice && ownVoice(voice, this.name);
    if (own && this.isBySocket(own)) this.contexts.warm(own);
    else super.warm();
  }

  override async close(): Promise<void> {
    this.contexts.close();
    await super.close();
  }

  private isBySocket({ dials, model }: VoiceSettings): boolean {
    return dials['experimental_input_streaming'] === true && !WITHOUT_SOCKET.test(model ?? this.modelId);
  }
}
