import type { IncomingMessage } from 'node:http';

/** How audio goes over the wire, without a header: µ-law at 8 kHz, or 16 bit (little-endian) at 24 kHz. */
export type SpeechEncoding = 'mulaw_8000' | 'pcm_24000';

/** A request for speech as it came. */
export interface SpeechAsk {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What is answered in place of speech. */
export interface SpeechRefusal {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** How one vendor is asked for speech over HTTP. */
export interface SpeechKind {
  /** The name by which faults are aimed at it. */
  readonly provider: string;
  readonly contentType: string;
  readonly encoding: SpeechEncoding;
  /** The key that the client showed; undefined when it showed none. */
  keyOf(headers: IncomingMessage['headers']): string | undefined;
  /** The text to speak, or what is wrong with the request. */
  read(ask: SpeechAsk): string | SpeechRefusal;
  refusal(status: number): SpeechRefusal;
}

export function jsonRefusal(status: number, body: unknown): SpeechRefusal {
  return { status, body: JSON.stringify(body), contentType: 'application/json' };
}
