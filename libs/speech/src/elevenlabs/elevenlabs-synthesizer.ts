import type { SpeechPiece, Synthesizer, VoiceSettings } from '@parley/conversation';
import { HttpSpeech } from '../synthesis/http-speech';
import { ownVoice } from '../synthesis/own-voice';
import type { SynthesizerOptions } from '../synthesis/synthesizer-options';
import { reasonOf } from './elevenlabs-errors';
import { speechRequest, VoiceDefaults } from './speech-request';

export interface ElevenLabsOptions extends SynthesizerOptions {
  /** The voice of agents that name none. */
  readonly voiceId: string;
  readonly modelId?: string;
}

/**
 * Speech by ElevenLabs, as µ-law of its own, streamed over HTTP. Beside the port's codes it throws those of
 * `HttpSpeech`. A voice of another provider is spoken with the deployment's own.
 */
export class ElevenLabsSynthesizer implements Synthesizer {
  readonly name = 'eleven_labs';
  private readonly http: HttpSpeech;
  private readonly defaults: VoiceDefaults;

  constructor(options: ElevenLabsOptions) {
    const { apiKey, voiceId, modelId = 'eleven_flash_v2_5' } = options;
    this.defaults = { apiKey, voiceId, modelId };
    this.http = new HttpSpeech(
      { name: 'ElevenLabs', baseUrl: 'https://api.elevenlabs.io', reasonOf },
      options,
    );
  }

  speak(text: string, voice: VoiceSettings, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    return this.http.speak(speechRequest(text, ownVoice(voice, this.name), this.defaults), signal);
  }

  warm(): void {
    this.http.warm();
  }

  /** Ends every request and closes every connection. */
  close(): Promise<void> {
    return this.http.close();
  }
}
