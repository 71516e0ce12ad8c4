import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VoiceEntries } from '../../journal';
import type { Voice } from '../../voice';
import { parseJson, ProviderOptions, ProviderServer, readBody, sendJson } from '../provider-server';
import { refusalAnswer, speechBody, validationAnswer } from './elevenlabs-body';
import { SpeechCache } from './speech-cache';
import { SpeechStream } from './speech-stream';

export interface ElevenLabsProviderOptions extends ProviderOptions<VoiceEntries> {
  readonly voice: Voice;
}

/** ElevenLabs' text to speech over HTTP: `POST /v1/text-to-speech/{voice}[/stream]?output_format=ulaw_8000`. */
export class ElevenLabsProvider {
  private readonly server: ProviderServer;
  private readonly cache: SpeechCache;
  private requests = 0;

  constructor(private readonly options: ElevenLabsProviderOptions) {
    this.cache = new SpeechCache(options.voice);
    this.server = new ProviderServer(options, (request, response) => {
      response.on('error', (error) => options.logger.debug({ err: error }, 'voice answer broke off'));
      this.answer(request, response).catch((error: unknown) => {
        options.logger.error({ err: error }, 'the voice could not answer');
        response.destroy();
      });
    });
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (request.method !== 'POST' || !/^\/v1\/text-to-speech\/[^/]+(\/stream)?$/.test(url.pathname)) {
      sendJson(response, 404, { detail: 'Not Found' });
      return;
    }
    const { apiKey, clock, faults, journal } = this.options;
    const number = ++this.requests;
    const faultIndex = faults.nextIndex('voice');
    const arrivedAtMs = clock.nowMs();
    const given = await readBody(request);
    const key = request.headers['xi-api-key'];
    if (!key || (apiKey !== undefined && key !== apiKey)) {
      this.refuse(response, number, 401);
      return;
    }
    const status = faults.take('voice', 'status', faultIndex);
    if (status) {
      journal.write('fault', { fault: 'status', request: number, value: status.value });
      this.refuse(response, number, status.number(500));
      return;
    }
    if (url.searchParams.get('output_format') !== 'ulaw_8000') {
      this.refuse(response, number, 400);
      return;
    }
    const body = speechBody.safeParse(parseJson(given));
    if (!body.success) {
      this.refuse(response, number, 422, validationAnswer(body.error));
      return;
    }
    const { text } = body.data;
    journal.write('request', { request: number, path: url.pathname, text });
    const speech = await this.cache.speak(text);
    new SpeechStream(this.options, response, { number, faultIndex, text, speech, arrivedAtMs }).start();
  }

  private refuse(response: ServerResponse, number: number, status: number, body?: unknown): void {
    this.options.journal.write('refused', { request: number, status });
    sendJson(response, status, body ?? refusalAnswer(status));
  }
}
