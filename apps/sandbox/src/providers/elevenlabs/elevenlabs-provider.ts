import type { VoiceEntries } from '../../journal';
import { answerBy, ProviderOptions, ProviderServer, sendJson } from '../provider-server';
import type { SpeechDesk } from '../speech/speech-desk';
import { ContextDoor } from './context-door';
import { elevenLabsSpeech } from './elevenlabs-speech';

export interface ElevenLabsProviderOptions extends ProviderOptions<VoiceEntries> {
  readonly desk: SpeechDesk;
}

const SPEECH_PATH = /^\/v1\/text-to-speech\/[^/]+(\/stream)?$/;

/** ElevenLabs' text to speech, over HTTP and over multi-context sockets. */
export class ElevenLabsProvider {
  private readonly server: ProviderServer;
  private readonly door: ContextDoor;

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
    this.door = new ContextDoor(desk, apiKey);
    this.server.http.on('upgrade', (request, socket, head) => this.door.welcome(request, socket, head));
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  async close(): Promise<void> {
    this.door.close();
    await this.server.close();
  }
}
