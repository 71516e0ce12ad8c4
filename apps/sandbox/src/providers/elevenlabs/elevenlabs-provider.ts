import type { VoiceEntries } from '../../journal';
import { answerBy, ProviderOptions, ProviderServer, sendJson } from '../provider-server';
import type { SpeechDesk } from '../speech/speech-desk';
import { elevenLabsSpeech } from './elevenlabs-speech';

export interface ElevenLabsProviderOptions extends ProviderOptions<VoiceEntries> {
  readonly desk: SpeechDesk;
}

const SPEECH_PATH = /^\/v1\/text-to-speech\/[^/]+(\/stream)?$/;

/** ElevenLabs' text to speech over HTTP. */
export class ElevenLabsProvider {
  private readonly server: ProviderServer;

  constructor(options: ElevenLabsProviderOptions) {
    const { desk, apiKey, logger } = options;
    this.server = new ProviderServer(options, (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
      if (request.method !== 'POST' || !SPEECH_PATH.test(pathname)) {
        sendJson(response, 404, { detail: 'Not Found' });
        return;
      }
      answerBy(() => desk.answer(request, response, elevenLabsSpeech, apiKey), response, logger);
    });
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
