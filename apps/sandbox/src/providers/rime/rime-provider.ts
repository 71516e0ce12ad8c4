import type { VoiceEntries } from '../../journal';
import { ProviderOptions, ProviderServer } from '../provider-server';
import type { SpeechDesk } from '../speech/speech-desk';
import { rimeSpeech } from './rime-speech';

export interface RimeProviderOptions extends ProviderOptions<VoiceEntries> {
  readonly desk: SpeechDesk;
}

/** Rime's text to speech over HTTP. */
export class RimeProvider {
  private readonly server: ProviderServer;

  constructor(options: RimeProviderOptions) {
    const routes = [options.desk.route('POST', '/v1/rime-tts', rimeSpeech, options.apiKey)];
    this.server = new ProviderServer({ ...options, routes }, (_request, response) =>
      response.writeHead(404).end(),
    );
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
