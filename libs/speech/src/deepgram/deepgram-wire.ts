import type { TranscriberOptions } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { endedSession, rejected } from '../listening/transcriber-errors';
import type { Frame, Reading, VendorWire } from '../listening/vendor-wire';
import { MessageTranslator, parseDeepgramMessage, settledUntil } from './deepgram-messages';
import { listenUrl } from './listen-url';

const CLOSE_STREAM = '{"type":"CloseStream"}';

/** Deepgram's `/v1/listen`. */
export class DeepgramWire implements VendorWire {
  readonly vendor = 'Deepgram';
  /** Results come at least every second or so while audio flows, also for silence. */
  readonly answers = 'all_audio';
  /** Deepgram ends a session after 10 s without audio or this. */
  readonly keepAlive = '{"type":"KeepAlive"}';
  readonly isFinished = false;
  private readonly translator = new MessageTranslator();

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string,
    private readonly model: string,
    private readonly options: TranscriberOptions,
  ) {}

  get isIdle(): boolean {
    return this.translator.isIdle;
  }

  target() {
    return {
      url: listenUrl(this.baseUrl, this.model, this.options),
      headers: { authorization: `Token ${this.apiKey}` },
    };
  }

  greeting(): readonly Frame[] {
    this.translator.restart();
    return [];
  }

  /** An empty piece would mean the end; it is never asked for. */
  audio(mulaw: Uint8Array): readonly Frame[] {
    return [mulaw];
  }

  farewell(): readonly Frame[] {
    return [CLOSE_STREAM];
  }

  read(text: string): Reading | undefined {
    const message = parseDeepgramMessage(text);
    if (message === undefined) return undefined;
    if (message === 'other') return {};
    const settledS = settledUntil(message);
    const event = this.translator.translate(message);
    return {
      ...(settledS !== undefined && { settledMs: settledS * 1000 }),
      ...(event && { events: [event] }),
    };
  }

  lost(fromMs: number): Reading {
    return this.translator.settle(fromMs);
  }

  closeError(code: number, reason: string): AppError {
    return deepgramCloseError(code, reason);
  }
}

/** 1008 (DATA-0000) means that the audio is no audio. */
export function deepgramCloseError(closeCode: number, reason: string): AppError {
  const details = { closeCode, ...(reason && { reason }) };
  return closeCode === 1008 ? rejected('Deepgram', details) : endedSession('Deepgram', details);
}
