import type { TranscriberOptions } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { deepgramCloseError } from '../deepgram/deepgram-wire';
import { endedSession, refusedKey, rejected, tooMany } from '../listening/transcriber-errors';
import type { Frame, Reading, VendorWire } from '../listening/vendor-wire';
import { parseFluxMessage } from './flux-messages';
import { fluxUrl } from './flux-url';
import { TurnTranslator } from './turn-translator';

const CLOSE_STREAM = '{"type":"CloseStream"}';

/** Deepgram's `/v2/listen`. */
export class FluxWire implements VendorWire {
  readonly vendor = 'Deepgram Flux';
  /** Nothing in the protocol promises a report while nobody speaks. */
  readonly answers = 'sound';
  /** There is no such message; a telephone line sends audio all the time. */
  readonly keepAlive = null;
  readonly isFinished = false;
  private readonly turns = new TurnTranslator();

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string,
    private readonly options: TranscriberOptions,
  ) {}

  get isIdle(): boolean {
    return this.turns.isIdle;
  }

  target() {
    return {
      url: fluxUrl(this.baseUrl, this.options),
      headers: { authorization: `Token ${this.apiKey}` },
    };
  }

  greeting(): readonly Frame[] {
    return [];
  }

  audio(mulaw: Uint8Array): readonly Frame[] {
    return [mulaw];
  }

  farewell(): readonly Frame[] {
    return [CLOSE_STREAM];
  }

  read(text: string): Reading | undefined {
    const message = parseFluxMessage(text);
    if (message === undefined) return undefined;
    if (message === 'other') return {};
    if (message.type === 'Error') return { error: fatalError(message.code, message.description) };
    return this.turns.translate(message);
  }

  lost(fromMs: number): Reading {
    return this.turns.settle(fromMs);
  }

  closeError(code: number, reason: string): AppError {
    return deepgramCloseError(code, reason);
  }
}

function fatalError(code: string, description: string): AppError {
  const details = { code: code.slice(0, 100), ...(description && { reason: description.slice(0, 200) }) };
  const vendor = 'Deepgram Flux';
  if (/AUTH|PERMISSION/.test(code)) return refusedKey(vendor, details);
  if (/RATE|TOO_MANY|LIMIT/.test(code)) return tooMany(vendor, details);
  if (/INVALID|UNPARS|UNSUPPORTED|BAD_REQUEST|DATA/.test(code)) return rejected(vendor, details);
  return endedSession(vendor, details);
}
