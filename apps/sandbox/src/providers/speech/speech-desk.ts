import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VoiceEntries } from '../../journal';
import type { Voice } from '../../voice';
import { HttpRoute, ProviderOptions, readBody } from '../provider-server';
import { SpeechCache } from './speech-cache';
import type { SpeechKind, SpeechRefusal } from './speech-kind';
import { SpeechStream } from './speech-stream';

export interface SpeechDeskOptions extends Omit<ProviderOptions<VoiceEntries>, 'apiKey' | 'host' | 'port'> {
  readonly voice: Voice;
}

/** Where all voices of the sandbox speak: one journal, one count of requests, each text spoken once. */
export class SpeechDesk {
  readonly cache: SpeechCache;
  private requests = 0;

  constructor(readonly options: SpeechDeskOptions) {
    this.cache = new SpeechCache(options.voice);
  }

  /** The number of a new request, from 1. */
  nextRequest(): number {
    return ++this.requests;
  }

  /** An endpoint of a vendor; `apiKey`: the one key that is taken, any without it. */
  route(method: string, path: string, kind: SpeechKind, apiKey: string | undefined): HttpRoute {
    return { method, path, answer: (request, response) => this.answer(request, response, kind, apiKey) };
  }

  /** Answers one request for speech. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    kind: SpeechKind,
    apiKey: string | undefined,
  ): Promise<void> {
    const { clock, faults, journal } = this.options;
    const number = this.nextRequest();
    const faultIndex = faults.nextIndex('voice');
    const arrivedAtMs = clock.nowMs();
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const body = (await readBody(request)) ?? '';
    const key = kind.keyOf(request.headers);
    if (!key || (apiKey !== undefined && key !== apiKey)) {
      this.refuse(response, number, kind.refusal(401));
      return;
    }
    const status = faults.take('voice', 'status', faultIndex, kind.provider);
    if (status) {
      journal.write('fault', { fault: 'status', request: number, value: status.value });
      this.refuse(response, number, kind.refusal(status.number(500)));
      return;
    }
    const text = kind.read({ url, headers: request.headers, body });
    if (typeof text !== 'string') {
      this.refuse(response, number, text);
      return;
    }
    journal.write('request', { request: number, provider: kind.provider, path: url.pathname, text });
    const speech = await this.cache.speak(text, kind.encoding);
    const job = { kind, number, faultIndex, text, speech, arrivedAtMs };
    new SpeechStream(this.options, response, job).start();
  }

  private refuse(response: ServerResponse, number: number, refusal: SpeechRefusal): void {
    const { status, body, contentType } = refusal;
    this.options.journal.write('refused', { request: number, status });
    response.writeHead(status, {
      'content-type': contentType,
      ...(status === 429 && { 'retry-after': '1' }),
    });
    response.end(body);
  }
}
