import type { TranscriberEvent } from '@parley/conversation';
import type { AppError } from '@parley/kernel';

/** One frame of a WebSocket: text or bytes. */
export type Frame = string | Uint8Array;

/** What a vendor's message says. Times are ms of the audio that its connection was sent. */
export interface Reading {
  readonly events?: readonly TranscriberEvent[];
  /** The words of all audio before it will not change any more. */
  readonly settledMs?: number;
  /** The vendor gives the session up. */
  readonly error?: AppError;
  /** The vendor begins anew on the same connection: its times count from the audio that is sent next. */
  readonly restarts?: boolean;
}

/** How a vendor words a session. Serves one session, over as many connections as it takes, one at a time. */
export interface VendorWire {
  /** For people, e.g. in messages of errors. */
  readonly vendor: string;
  /**
   * What is answered by a healthy server: `all_audio`, silence too; `sound`; or `pauses`, that is the beginning of sound
   * and its end. With the last two silence says nothing about the server's health, and pings have to.
   */
  readonly answers: 'all_audio' | 'sound' | 'pauses';
  /** Keeps a session alive that gets no audio; null where none is needed. */
  readonly keepAlive: Frame | null;
  /** Nobody speaks just now, as far as the vendor told: the time to change connections. */
  readonly isIdle: boolean;
  /** After the farewell: all was told, and the connection may be closed. False where the vendor closes it itself. */
  readonly isFinished: boolean;
  /** Where the next connection goes. A key stands in the headers, never in the address. */
  target(): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** The first frames of a connection, before any audio. What was heard on the last one is forgotten. */
  greeting(): readonly Frame[];
  /** Never an empty piece. */
  audio(mulaw: Uint8Array): readonly Frame[];
  /** Asks for the last results. */
  farewell(): readonly Frame[];
  /** Undefined: not a message at all. */
  read(text: string): Reading | undefined;
  /**
   * The connection is lost or begins anew, and the next one will hear again only what lies behind `fromMs`. Tells as settled what of
   * the unsettled words lies before it, so that no word is lost or doubled, and forgets the others.
   */
  lost(fromMs: number): Reading;
  /** The error for a socket that closed though nobody here asked for it. */
  closeError(code: number, reason: string): AppError;
}

/** Audio of telephones: µ-law at 8 kHz. */
export const bytesPerMs = 8;
