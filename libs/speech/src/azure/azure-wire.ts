import { randomUUID } from 'node:crypto';
import type { TranscriberOptions } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { endedSession, noCredit, rejected } from '../listening/transcriber-errors';
import type { Frame, Reading, VendorWire } from '../listening/vendor-wire';
import { PhraseTranslator } from './phrase-translator';
import { recognitionUrl } from './recognition-url';
import { binaryFrame, mulawRiffHeader, parseTextFrame, textFrame, UspHeaders } from './usp-frames';

/** The bounds of Azure's own silence, in ms. */
const LEAST_SEGMENTATION_MS = 100;
const MOST_SEGMENTATION_MS = 5000;
const MOST_PHRASES = 500;
const NO_AUDIO = new Uint8Array(0);

/** Azure Speech's recognition over its WebSocket. */
export class AzureWire implements VendorWire {
  readonly vendor = 'Azure Speech';
  /** While nobody speaks, Azure says nothing. */
  readonly answers = 'sound';
  readonly keepAlive = null;
  private readonly phrases = new PhraseTranslator();
  /** A turn in Azure's sense: one stream of audio with its header, under one id. It outlasts many of the caller's. */
  private requestId = '';
  private hasTurn = false;
  private isEnding = false;
  private hasEnded = false;

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string,
    private readonly locale: string,
    private readonly options: TranscriberOptions,
  ) {}

  get isIdle(): boolean {
    return this.phrases.isIdle;
  }

  get isFinished(): boolean {
    return this.isEnding && (this.hasEnded || !this.hasTurn);
  }

  target() {
    return {
      url: recognitionUrl(this.baseUrl, this.locale),
      headers: { 'Ocp-Apim-Subscription-Key': this.apiKey, 'X-ConnectionId': plainId() },
    };
  }

  greeting(): readonly Frame[] {
    this.hasTurn = false;
    this.requestId = plainId();
    return [textFrame(this.headers('speech.config', jsonType), speechConfig)];
  }

  audio(mulaw: Uint8Array): readonly Frame[] {
    const frame = binaryFrame(this.headers('audio'), mulaw);
    if (this.hasTurn) return [frame];
    this.hasTurn = true;
    this.requestId = plainId();
    return [
      textFrame(this.headers('speech.context', jsonType), this.speechContext()),
      binaryFrame(this.headers('audio', 'audio/x-wav'), mulawRiffHeader()),
      binaryFrame(this.headers('audio'), mulaw),
    ];
  }

  farewell(): readonly Frame[] {
    this.isEnding = true;
    return this.hasTurn ? [binaryFrame(this.headers('audio'), NO_AUDIO)] : [];
  }

  read(text: string): Reading | undefined {
    const message = parseTextFrame(text);
    if (!message) return undefined;
    if (message.path !== 'turn.end') return this.phrases.translate(message);
    if (this.isEnding) {
      this.hasEnded = true;
      return {};
    }
    // Azure ends its turns now and then; the next audio begins another one on the same connection.
    this.hasTurn = false;
    return { restarts: true };
  }

  lost(fromMs: number): Reading {
    return this.phrases.settle(fromMs);
  }

  closeError(closeCode: number, reason: string): AppError {
    const details = { closeCode, ...(reason && { reason }) };
    if (/quota/i.test(reason)) return noCredit(this.vendor, details);
    // 1007: what was sent cannot be understood; 1003: this audio is not taken.
    return closeCode === 1007 || closeCode === 1003
      ? rejected(this.vendor, details)
      : endedSession(this.vendor, details);
  }

  private headers(path: string, contentType?: string): UspHeaders {
    return {
      Path: path,
      'X-RequestId': this.requestId,
      'X-Timestamp': new Date().toISOString(),
      ...(contentType !== undefined && { 'Content-Type': contentType }),
    };
  }

  private speechContext(): object {
    const silenceMs = Math.round(this.options.endpointingMs);
    const words = Object.keys(this.options.keywords).filter((word) => word.trim() !== '');
    return {
      phraseDetection: {
        mode: 'Conversation',
        conversation: {
          segmentation: {
            mode: 'Custom',
            segmentationSilenceTimeoutMs: Math.min(
              MOST_SEGMENTATION_MS,
              Math.max(LEAST_SEGMENTATION_MS, silenceMs),
            ),
          },
        },
      },
      phraseOutput: { format: 'Simple' },
      ...(words.length > 0 && {
        dgi: {
          groups: [{ type: 'Generic', items: words.slice(0, MOST_PHRASES).map((text) => ({ text })) }],
        },
      }),
    };
  }
}

const jsonType = 'application/json; charset=utf-8';

const speechConfig = {
  context: {
    system: { name: 'Parley', version: '1.0.0', build: 'Node.js', lang: 'TypeScript' },
    audio: { source: { type: 'Stream', samplerate: 8000, bitspersample: 8, channelcount: 1 } },
  },
  recognition: 'conversation',
};

function plainId(): string {
  return randomUUID().replaceAll('-', '');
}
